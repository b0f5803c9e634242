// `node mercurius.mjs jit` compiles an operation the first time it is asked for.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { announce } from './announce.mjs'
import { resolvers, typeDefs } from './rows.mjs'

const app = Fastify({ logger: false })
app.register(mercurius, { schema: typeDefs, resolvers, graphiql: false, jit: process.argv[2] === 'jit' ? 1 : 0 })
await app.listen({ port: 0, host: '127.0.0.1' })
announce(app.server.address().port)
