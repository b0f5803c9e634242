// Bundles GraphiQL into explorer.js and explorer.css: node bundle.mjs FOLDER. The build runs it and goes on without the files
// when it fails, whyever: so it says why on standard error, and never takes longer than its time.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSTALL_MILLISECONDS = 120_000;
const BUNDLE_MILLISECONDS = 60_000;
const source = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2]);
const modules = join(target, 'node_modules');
const files = ['explorer.js', 'explorer.css'];

function install() {
  const installed = join(target, 'package-lock.json');
  const lock = readFileSync(join(source, 'package-lock.json'));
  if (existsSync(modules) && existsSync(installed) && readFileSync(installed).equals(lock)) return;
  rmSync(installed, { force: true });
  rmSync(modules, { recursive: true, force: true });
  copyFileSync(join(source, 'package.json'), join(target, 'package.json'));
  writeFileSync(installed, lock);
  // No scripts of packages are run. Standard output is not inherited: whoever holds it keeps the build waiting.
  const npm = spawnSync(
    'npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=0 --fetch-timeout=20000 --loglevel=error',
    { cwd: target, shell: true, stdio: 'ignore', timeout: INSTALL_MILLISECONDS, killSignal: 'SIGKILL' },
  );
  if (npm.status === 0) return;
  rmSync(installed, { force: true });
  throw new Error(`npm ci: ${npm.error?.message ?? `exit code ${npm.status}`}`);
}

/** The licences of the packages whose files are in the bundle; they ask to be passed on with it. */
function licences(inputs) {
  const packages = new Set(Object.keys(inputs).map((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  return [...packages].sort().map((path) => {
    const folder = resolve(target, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    const text = file ? readFileSync(join(folder, file), 'utf8').replaceAll('*/', '* /').trim() : '';
    return `/*! ${name} ${version}, ${license}\n${text}\n*/\n`;
  }).join('');
}

async function bundle() {
  const esbuild = createRequire(join(target, 'package.json'))('esbuild');
  const result = await esbuild.build({
    absWorkingDir: target,
    entryPoints: { explorer: join(source, 'entry.jsx') },
    outdir: target,
    nodePaths: [modules],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    jsx: 'automatic',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  for (const name of files) {
    const file = join(target, name);
    const text = result.outputFiles.find((f) => f.path === file).text;
    writeFileSync(`${file}.new`, name.endsWith('.js') ? text + licences(result.metafile.inputs) : text);
  }
  for (const name of files) renameSync(join(target, `${name}.new`), join(target, name));
}

mkdirSync(target, { recursive: true });
for (const name of files) rmSync(join(target, name), { force: true });
install();
setTimeout(() => process.exit(1), BUNDLE_MILLISECONDS).unref();
await bundle();
