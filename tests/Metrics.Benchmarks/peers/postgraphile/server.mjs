// PostGraphile on the schema of roll-ups; where the database is, PGHOST and the like say.
import { createServer } from 'node:http'
import pgAggregates from '@graphile/pg-aggregates'
import pg from 'pg'
import { postgraphile } from 'postgraphile'
import connectionFilter from 'postgraphile-plugin-connection-filter'
import { announce } from '../announce.mjs'

const answer = postgraphile(new pg.Pool({ max: 8 }), 'by_hand', {
  appendPlugins: [pgAggregates.default, connectionFilter],
  disableDefaultMutations: true,
  disableQueryLog: true,
  dynamicJson: true,
  graphiql: false,
})
const server = createServer(answer)
server.listen(0, '127.0.0.1', () => announce(server.address().port))
