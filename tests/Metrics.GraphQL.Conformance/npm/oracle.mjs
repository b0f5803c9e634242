// Answers cases with graphql-js, the reference implementation: JSON Lines in, JSON Lines out (see ../README.md).
import { createInterface } from 'node:readline';
import * as g from 'graphql';

// Rules of drafts, not of the September 2025 edition.
const drafts = /^(MaxIntrospectionDepth|DeferStream|StreamDirective)/;
const rules = g.specifiedRules.filter((rule) => !drafts.test(rule.name));
const spec = { allowEmptySelectionSets: false };
const schemas = new Map();

function load(sdl) {
  if (!schemas.has(sdl)) {
    let entry;
    try {
      const schema = g.buildASTSchema(g.parse(sdl, spec));
      const errors = g.validateSchema(schema);
      entry = errors.length ? { errors } : { schema };
    } catch (e) {
      entry = { errors: e instanceof g.GraphQLError ? [e] : e.message.split('\n\n').map((message) => ({ message })) };
    }
    schemas.set(sdl, entry);
  }
  return schemas.get(sdl);
}

const isFailure = (v) => v !== null && typeof v === 'object' && typeof v.$error === 'string';

function resolve(source, args, _context, info) {
  const value = source?.[info.fieldName];
  if (isFailure(value)) throw new Error(value.$error);
  if (Array.isArray(value)) return value.map((v) => (isFailure(v) ? new Error(v.$error) : v));
  return value === '$args' ? JSON.stringify(args) : value;
}

async function answer(test) {
  const fail = (phase, errors) => ({ phase, ok: false, errors: errors.map((e) => JSON.parse(JSON.stringify(e))) });
  let document;
  try {
    document = g.parse(test.query, spec);
  } catch (e) {
    return fail('parse', [e]);
  }
  const { schema, errors } = load(test.schema);
  if (errors) return fail('schema', errors);
  const faults = g.validate(schema, document, rules, { maxErrors: 1e9, hideSuggestions: true, ...spec });
  if (faults.length) return fail('validate', faults);
  const result = await g.execute({
    schema,
    document,
    rootValue: test.root ?? {},
    variableValues: test.variables,
    operationName: test.operationName,
    fieldResolver: resolve,
    typeResolver: (value) => value?.__typename,
  });
  return { phase: 'execute', ok: !result.errors, ...JSON.parse(JSON.stringify(result)) };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (!line.trim()) continue;
  const test = JSON.parse(line);
  console.log(JSON.stringify({ id: test.id, ...(await answer(test)) }));
}
