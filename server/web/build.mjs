// Builds the page into dist/: Vite's output, the service worker beside it with the list of what it keeps, the
// notices of all libraries that ended up inside, and a gzip file beside each file that gains by it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { build } from 'vite';

const used = new Set(); // folders of packages whose code is in the result

const notePackages = {
  name: 'note-packages',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle))
      for (const [id, module] of Object.entries(chunk.modules ?? {})) {
        const found = id.replace('\0', '').match(/^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//);
        if (found && module.renderedLength > 0) used.add(found[1]);
      }
  },
};

const files = (folder) => readdirSync(folder, { recursive: true }).map(String)
  .filter((name) => statSync(path.join(folder, name)).isFile()).sort();
const hash = (file) => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);

await build({
  configFile: false,
  logLevel: 'warn',
  plugins: [vue(), notePackages],
  define: { __VUE_OPTIONS_API__: false },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
});

if (existsSync('src/sw.ts')) {
  const kept = files('dist').map((name) => ({ url: name === 'index.html' ? '/' : `/${name}`, revision: hash(`dist/${name}`) }));
  const version = createHash('sha256').update(JSON.stringify(kept)).digest('hex').slice(0, 12);
  // The page says which build it is. server/routes/web_build.c looks for this line and gives it another version.
  const index = readFileSync('dist/index.html', 'utf8');
  writeFileSync('dist/index.html', index.replace('name="build" content="development"', `name="build" content="${version}"`));
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [notePackages],
    define: { __KEPT__: JSON.stringify(kept), __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022', emptyOutDir: false, reportCompressedSize: false,
      lib: { entry: 'src/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
    },
  });
}

const notice = (folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
};
const line = `\n${'-'.repeat(80)}\n\n`;
writeFileSync('dist/licenses.txt',
  `This page contains code of these libraries, with these notices.${line.replace('\n', '\n\n')}${[...used].sort().map(notice).join(line)}`);

for (const name of files('dist')) {
  const plain = readFileSync(`dist/${name}`), packed = gzipSync(plain, { level: 9 });
  if (plain.length >= 512 && packed.length < plain.length * 0.9) writeFileSync(`dist/${name}.gz`, packed);
}
