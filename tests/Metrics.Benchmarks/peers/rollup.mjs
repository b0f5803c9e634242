// graphql-yoga with the SQL that one would write by hand for this one question; where the database is, PGHOST and the like say.
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import pg from 'pg'
import { announce } from './announce.mjs'

const pool = new pg.Pool({ max: 8 })
const typeDefs = `
  type Query { successByTier(from: String!, to: String!): [Row!]! }
  type Row { kpi: ID! tier: Int value: Float }
`
const byTier = {
  name: 'success_by_tier',
  text: `select 'pipeline_success_rate' as kpi, tier, sum(succeeded)::float8 / sum(runs) as value
    from by_hand.dataset_day where day >= $1::date and day < $2::date group by tier order by tier`,
}
const resolvers = { Query: { successByTier: async (_, { from, to }) => (await pool.query({ ...byTier, values: [from, to] })).rows } }
const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false, graphiql: false, landingPage: false })
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => announce(server.address().port))
