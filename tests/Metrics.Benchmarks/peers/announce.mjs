/** Tells the benchmark where to connect, and ends with it: its death closes our standard input. */
export function announce(port) {
  process.stdin.on('end', () => process.exit(0)).resume()
  console.log(`listening ${port}`)
}
