interface Shown {
  title: string;
  /** The script and the style sheet are called so. */
  name: string;
  heading: string;
  /** Where the name of the product leads, in words. */
  home: string;
  noscript: string;
}

/** A page before its script has run. Its addresses are relative: it may stand behind a path of a larger site. */
const pageOf = ({ title, name, heading, home, noscript }: Shown) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="page/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="page/${name}.css">
    <script type="module" src="page/${name}.js"></script>
  </head>
  <body>
    <header>
      <a class="home" href="./" aria-label="CRMFlow, ${home}">CRMFlow</a>
      <h1>${heading}</h1>
    </header>
    <main><noscript>${noscript}</noscript></main>
  </body>
</html>
`;

export const templates = pageOf({
  title: 'CRMFlow',
  name: 'page',
  heading: 'Conversations to try',
  home: 'all templates',
  noscript: 'This page needs JavaScript. The same conversations run in a terminal: crmflow run.',
});

export const inbox = pageOf({
  title: 'Inbox – CRMFlow',
  name: 'inbox',
  heading: 'Inbox',
  home: 'conversations to try',
  noscript: 'This page needs JavaScript. A terminal tells who waits, too: crmflow sessions watch.',
});

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 5h24v17H15l-7 6v-6H4z" fill="#2563eb"/></svg>`;
