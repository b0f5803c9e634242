// Parses and validates the document on standard input for some seconds (the argument), and prints operations per second.
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { typeDefs } from './rows.mjs'

const schema = buildSchema(typeDefs)
const text = readFileSync(0, 'utf8')
if (validate(schema, parse(text)).length > 0) throw new Error('The document is not valid.')

function operationsPerSecond(milliseconds) {
  const start = performance.now()
  let operations = 0
  while (performance.now() - start < milliseconds) {
    validate(schema, parse(text))
    operations++
  }
  return (operations * 1000) / (performance.now() - start)
}

operationsPerSecond(500)
console.log(operationsPerSecond(Number(process.argv[2]) * 1000))
