// Builds index.js into dist/, with the page that a plugin would write.
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const webpack = require('webpack');

const compiler = webpack({
  mode: 'production',
  context: __dirname,
  entry: './index.js',
  output: { path: path.join(__dirname, 'dist'), publicPath: '/', filename: 'main.[contenthash].js', chunkFilename: 'parts/[name].[contenthash].js', clean: true },
});
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString('errors-only'));
  const [main] = stats.toJson().assetsByChunkName.main;
  writeFileSync(path.join(__dirname, 'dist/index.html'),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page that webpack builds</title></head><body><script defer src="/${main}"></script></body></html>\n`);
});
