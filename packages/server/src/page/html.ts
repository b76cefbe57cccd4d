interface Frame {
  /** The name of its script and of its style sheet. */
  name: string;
  header: string;
}

/** A page before its script has run. Its addresses are relative: it may stand behind a path of a larger site. */
const page = ({ name, header }: Frame): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
    <meta name="color-scheme" content="light dark">
    <title>CRMFlow</title>
    <link rel="icon" href="page/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="page/${name}.css">
    <script type="module" src="page/${name}.js"></script>
  </head>
  <body class="${name}">
    <header>${header}</header>
    <main><noscript>This page needs JavaScript. The same conversations run in a terminal: crmflow run.</noscript></main>
  </body>
</html>
`;

/** The templates, and a conversation to try. */
export const tryPage = page({
  name: 'page',
  header:
    '<a class="home" href="./" aria-label="CRMFlow, all templates">CRMFlow</a> <h1>Conversations to try</h1>',
});
/** A conversation alone, for the pages of others to show. */
export const chatPage = page({ name: 'chat', header: '' });

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 5h24v17H15l-7 6v-6H4z" fill="#2563eb"/></svg>`;
