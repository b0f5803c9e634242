// Cube without Cube Store: cache and queue in the process's memory, no pre-aggregation, since the table is the roll-up already.
// Where the database is, CUBEJS_DB_HOST and the like say.
import serverCore from '@cubejs-backend/server-core'
import express from 'express'
import { announce } from '../announce.mjs'

const model = `
cube('DatasetDay', {
  sql: 'select * from by_hand.dataset_day',
  measures: { value: { type: 'number', sql: 'sum(succeeded)::float8 / sum(runs)' } },
  dimensions: {
    tier: { type: 'number', sql: 'tier' },
    day: { type: 'time', sql: 'day' },
  },
})`

const core = new serverCore.CubejsServerCore({
  apiSecret: 'of no use here',
  cacheAndQueueDriver: 'memory',
  checkAuth: () => {},
  devServer: false,
  driverFactory: () => ({ type: 'postgres' }),
  logger: () => {},
  repositoryFactory: () => ({ dataSchemaFiles: async () => [{ fileName: 'dataset_day.js', content: model }] }),
  scheduledRefreshTimer: false,
  telemetry: false,
})
const app = express()
app.use(express.json())
await core.initApp(app)
const server = app.listen(0, '127.0.0.1', () => announce(server.address().port))
