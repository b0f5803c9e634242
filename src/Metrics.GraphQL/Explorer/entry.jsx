// GraphiQL on the page at GET /graphql. Without this script the page shows its forms and the schema; see ExplorerPage.cs.
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/graphiql.css';
import './page.css';

/** The page of forms, also for those who have scripts. */
const DOCUMENTS = '#documents';

/** As JSON, since the server reads no other body, so that a form on a foreign page can send it nothing. */
async function send(request, options) {
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      ...options?.headers,
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The server answered ${response.status} ${response.statusText}: ${text}` }] };
  }
}

/** Keeps what is edited in the fragment, which can be shared, and which no server and no log sees. */
function remember({ query, variables }) {
  const kept = new URLSearchParams();
  if (query) kept.set('query', query);
  if (variables) kept.set('variables', variables);
  const fragment = kept.toString();
  history.replaceState(null, '', fragment ? `#${fragment}` : location.pathname);
}

function Explorer({ introspection }) {
  const shared = new URLSearchParams(location.hash.slice(1));
  const edited = { query: shared.get('query') ?? undefined, variables: shared.get('variables') ?? undefined };
  const edit = (change) => remember(Object.assign(edited, change));
  return (
    // null says that there is no schema to ask for; undefined, to ask for it.
    <GraphiQL
      fetcher={send}
      schema={introspection ? undefined : null}
      query={edited.query}
      variables={edited.variables}
      defaultEditorToolsVisibility="variables"
      onEditQuery={(query) => edit({ query })}
      onEditVariables={(variables) => edit({ variables })}
      onTabChange={({ tabs, activeTabIndex }) => edit({ query: tabs[activeTabIndex].query, variables: tabs[activeTabIndex].variables })}
    >
      <GraphiQL.Logo>
        <a className="explorer-documents" href={DOCUMENTS}>Named documents</a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

// Only a link or a person changes the fragment in a way that is told here; what it then says is another page.
addEventListener('hashchange', () => location.reload());

if (location.hash !== DOCUMENTS) {
  const root = document.getElementById('explorer');
  document.getElementById('plain').hidden = true;
  document.getElementById('plain-style').remove();
  root.hidden = false;
  createRoot(root).render(<Explorer introspection={root.dataset.introspection === 'true'} />);
}
