// Writes cases for the differential test: node generate.mjs SEED COUNT. The same seed gives the same cases.
// A third asks for arguments back, so that coercion shows; the others walk random values in which resolvers fail, values do
// not fit and nulls stand where none may be. Every fourth document is then damaged token by token.
let state = (Number(process.argv[2]) || 1) >>> 0;
const count = Number(process.argv[3]) || 500;

function random() {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state / 4294967296;
}
const int = (n) => Math.floor(random() * n);
const pick = (list) => list[int(list.length)];
const chance = (p) => random() < p;

const schema = `
schema { query: Query mutation: M }
interface N { id: ID! n: N }
union U = A | B
type A implements N {
  id: ID! n: N s: String sn: String! i: Int in: Int! f: Float b: Boolean e: E l: [String] ln: [String!] lnn: [String!]!
  ll: [[Int!]] a: A an: A! as: [A] ans: [A!] u: U us: [U!] x: Any
}
type B implements N { id: ID! n: N s: String b: B bn: B! }
enum E { P Q }
scalar Any
input In { a: Int b: [In!] c: String! = "d" e: E = P o: O any: Any }
input O @oneOf { x: Int y: String }
type Query {
  a: A an: A! u: U n: N as: [A!]!
  args(i: Int = 3 s: String l: [Int] ll: [[Int!]!] in: In e: E f: Float id: ID b: Boolean o: O any: Any req: [Int!] = [1]): String
}
type M { m1: A m2: A! m3: Int }`;

const fields = {
  A: { id: 'ID!', n: 'N', s: 'String', sn: 'String!', i: 'Int', in: 'Int!', f: 'Float', b: 'Boolean', e: 'E', l: '[String]', ln: '[String!]', lnn: '[String!]!', ll: '[[Int!]]', a: 'A', an: 'A!', as: '[A]', ans: '[A!]', u: 'U', us: '[U!]', x: 'Any' },
  B: { id: 'ID!', n: 'N', s: 'String', b: 'B', bn: 'B!' },
};
const good = { ID: 'x', String: 'v', Int: 4, Float: 1.5, Boolean: true, E: 'P', Any: 1 };
const odd = {
  ID: () => pick(['x', 5, 1.5, true]),
  String: () => pick(['v', 3, 1.5, true, {}, []]),
  Int: () => pick([1, 2.5, '7', 'z', true, 3e9]),
  Float: () => pick([1, 1.5, '2.5', 'q', false, 1e300, 1e21, 1e-7]),
  Boolean: () => pick([true, 0, 2, 'x']),
  E: () => pick(['P', 'Q', 'Z', 1]),
  Any: () => pick([1, 's', { a: [1, null] }, [true], 1.5]),
};

function value(type, depth) {
  if (chance(0.08)) return { $error: 'boom' };
  if (chance(0.1)) return null;
  const t = type.replace(/!$/, '');
  if (t[0] === '[') return chance(0.05) ? 'no list' : Array.from({ length: int(3) }, () => value(t.slice(1, -1), depth));
  if (odd[t]) return chance(0.8) ? good[t] : odd[t]();
  if (depth > 3) return null;
  const concrete = fields[t] ? t : pick(['A', 'B']);
  const object = { __typename: chance(0.04) ? 'Query' : concrete };
  for (const [name, of] of Object.entries(fields[concrete])) if (chance(0.6)) object[name] = value(of, depth + 1);
  return object;
}

function selection(type, depth) {
  const out = [];
  if (!fields[type]) {
    if (chance(0.4)) out.push('__typename');
    for (const t of ['A', 'B']) if (chance(0.8)) out.push(`... on ${t} { ${selection(t, depth)} }`);
    return out.length ? out.join(' ') : '__typename';
  }
  for (let k = 1 + int(4); k > 0; k--) {
    const name = pick(Object.keys(fields[type]));
    const of = fields[type][name].replace(/[\[\]!]/g, '');
    const alias = chance(0.5) ? `${type}_${name}: ` : '';
    if (odd[of]) out.push(alias + name);
    else if (depth < 3) out.push(`${alias}${name} { ${selection(of, depth + 1)} }`);
  }
  return out.length ? out.join(' ') : '__typename';
}

const types = { i: 'Int', s: 'String', f: 'Float', id: 'ID', b: 'Boolean', e: 'E', any: 'Any', o: 'O', in: 'In' };
const literals = {
  Int: () => pick(['1', 'null', '2147483648', '$i', '1.0', '"s"']),
  String: () => pick(['"a"', '"""b"""', 'null', '$s', '1']),
  Float: () => pick(['1', '1.5', '$f', '"x"', '1e21']),
  ID: () => pick(['1', '"x"', '$id', '1.5']),
  Boolean: () => pick(['true', '$b', '0']),
  E: () => pick(['P', 'Q', 'Z', '"P"', '$e']),
  Any: () => pick(['{ a: [1, "x", $i] }', '1', 'P', 'null', '$any']),
  O: () => pick(['{ x: 1 }', '{ y: "s" }', '{ x: $ir }', '{ x: null }', '{}', '{ x: 1, y: "b" }', '$o']),
  In: () => pick(['{ a: 1 }', '{ b: { a: 2 } }', '{ b: [{ a: $i }] }', '{ c: null }', '{ e: Q, any: [1] }', '{ o: { x: 1 } }', '{ zz: 1 }', '$in', '{ any: $any, a: $i }']),
};
const lists = ['l: [1, $i]', 'l: 1', 'l: $i', 'll: [[1]]', 'll: 1', 'll: [1, [2]]', 'req: [$i]', 'req: [$ir]', 'req: null'];
const defaults = { i: ' = 9', s: ' = "dd"', f: ' = 2', id: ' = "k"', b: ' = false', e: ' = Q', any: ' = { q: 1 }', o: ' = { x: 3 }', in: ' = { a: 8 }' };
const fitting = { i: 3, ir: 4, s: 'S', f: 1.25, id: 'I', b: true, e: 'Q', any: { k: 1 }, o: { x: 2 }, in: { a: 5 } };
const unfit = {
  i: [1, null, 1.5, 'x', 2147483648, true, [1]], ir: [1, 2, null], s: ['a', 1, null], f: [1, 1.5, 'x', 1e21, 1e-7, 123456789012345680000],
  id: ['a', 1, 1.5, true], b: [true, 1], e: ['P', 'Z', 1], any: [1, { a: 1 }, [null], 's'],
  o: [{ x: 1 }, { y: 's' }, {}, { x: null }, { x: 1, y: 's' }, { z: 1 }, 5],
  in: [{ a: 1 }, { b: { a: 1 } }, { b: [{ a: 'x' }] }, { c: null }, { q: 1 }, { e: 'Q' }, [1], { any: { z: 1 }, o: { x: 2 } }],
};

function echo() {
  const args = Object.entries(types).filter(() => chance(0.35)).map(([name, type]) => `${name}: ${literals[type]()}`);
  if (chance(0.2)) args.push(pick(lists));
  const body = `{ args${args.length ? `(${args.join(', ')})` : ''} }`;
  const used = [...new Set([...body.matchAll(/\$(\w+)/g)].map((m) => m[1]))];
  const declared = used.map((v) => `$${v}: ${v === 'ir' ? 'Int!' : types[v]}${v !== 'ir' && chance(0.2) ? defaults[v] : ''}`);
  const variables = {};
  for (const v of used) if (chance(0.75)) variables[v] = chance(0.7) ? fitting[v] : pick(unfit[v]);
  return { query: `query${declared.length ? `(${declared.join(', ')})` : ''} ${body}`, variables, root: { args: '$args' } };
}

function walk() {
  if (chance(0.2)) {
    const chosen = ['m1', 'm2', 'm3'].filter(() => chance(0.8));
    const query = `mutation { ${chosen.map((m) => (m === 'm3' ? m : `${m} { ${selection('A', 1)} }`)).join(' ') || 'm3'} }`;
    return { query, root: { m1: value('A', 2), m2: value('A!', 2), m3: value('Int', 2) } };
  }
  const root = { a: 'A', an: 'A!', u: 'U', n: 'N', as: '[A!]!' };
  const chosen = Object.keys(root).filter(() => chance(0.5));
  const query = `{ ${chosen.map((f) => `${f} { ${selection(root[f].replace(/[\[\]!]/g, ''), 1)} }`).join(' ') || '__typename'} }`;
  return { query, root: Object.fromEntries(chosen.map((f) => [f, value(root[f], 2)])) };
}

const scraps = ['{', '}', '(', ')', ':', '$x', '@skip', 'zzz', 'null', '"s"', '12', '1.0', '...', 'on', 'fragment', '[', ']', '!', '#c\n', '\uFEFF', '"\\uD83D"', ' @include(if: $nope) ', ' @unknown ', ' ...F9 '];

function damage(query) {
  const tokens = query.match(/"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|\.\.\.|[A-Za-z_$@]\w*|-?\d[\w.+-]*|\s+|[^\s]/g) ?? [];
  for (let k = 1 + int(2); k > 0; k--) {
    const i = int(tokens.length);
    switch (int(4)) {
      case 0: tokens.splice(i, 1); break;
      case 1: tokens.splice(i, 0, pick(tokens)); break;
      case 2: tokens[i] = pick(scraps); break;
      default: tokens.splice(i, 0, pick(scraps));
    }
  }
  return tokens.join('');
}

for (let id = 1; id <= count; id++) {
  const test = chance(0.33) ? echo() : walk();
  if (chance(0.25)) test.query = damage(test.query);
  console.log(JSON.stringify({ id, schema, ...test }));
}
