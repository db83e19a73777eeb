// Fastify, Koa, hapi and NestJS, each stopped as its own page shows.
'use strict';
const { app, port } = require('./app.js');
const host = '127.0.0.1';

const start = {
  async fastify() {
    const server = require('fastify')();
    // a body that nobody has parsed, so that the shared routes can read it
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (request, payload, done) => done(null));
    server.all('/*', (request, reply) => { reply.hijack(); app(request.raw, reply.raw); });
    await server.listen({ port, host });
    process.on('SIGTERM', async () => { await server.close(); process.exit(0); });
  },
  async koa() {
    const Koa = require('koa');
    const web = new Koa();
    web.use((context) => { context.respond = false; context.res.statusCode = 200; app(context.req, context.res); });
    const server = web.listen(port, host);
    process.on('SIGTERM', () => server.close(() => process.exit(0)));
  },
  async hapi() {
    const server = require('@hapi/hapi').server({ port, host });
    server.route({
      method: '*', path: '/{any*}',
      handler(request, h) { app(request.raw.req, request.raw.res); return h.abandon; },
    });
    server.route({
      method: 'POST', path: '/{any*}', options: { payload: { parse: false, output: 'stream' } },
      handler(request, h) { app(request.raw.req, request.raw.res); return h.abandon; },
    });
    await server.start();
    process.on('SIGTERM', async () => { await server.stop(); process.exit(0); });
  },
  async nest() {
    require('reflect-metadata');
    const { NestFactory } = require('@nestjs/core');
    const { Module } = require('@nestjs/common');
    class Root {}
    Module({})(Root);
    const nest = await NestFactory.create(Root, { logger: false, bodyParser: false });
    nest.use(app);
    nest.enableShutdownHooks();
    await nest.listen(port, host);
  },
};
start[process.argv[2]]();
