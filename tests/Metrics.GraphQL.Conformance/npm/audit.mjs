// Runs the GraphQL-over-HTTP audits of npm graphql-http against a server: node audit.mjs URL
// One line per audit that is not ok, then "PASSED of TOTAL"; exit code 1 unless all are ok.
import { serverAudits } from 'graphql-http';

const audits = serverAudits({ url: process.argv[2] });
let passed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === 'ok') passed++;
  else console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
}
console.log(`${passed} of ${audits.length}`);
process.exit(passed === audits.length ? 0 : 1);
