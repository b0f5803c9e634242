// The same data and types as Servers/Row.cs.
export const typeDefs = `
  type Query { hello: String! rows: [Row!]! }
  type Row { id: Int! name: String! team: String! value: Float! count: Int! active: Boolean! }
`

const rows = Array.from({ length: 1000 }, (_, i) => ({
  id: i,
  name: `Row ${i}`,
  team: `Team ${i % 17}`,
  value: (i * 37) / 100,
  count: i * 3,
  active: i % 2 === 0,
}))

export const resolvers = { Query: { hello: () => 'world', rows: () => rows } }
