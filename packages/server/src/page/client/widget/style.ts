/** By a sheet that is made, which a page's own content policy lets be. */
export function style(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}

/** Where the panel fills the screen. */
export const FULL = '(max-width: 30rem)';

const CSS = `
:host { all: initial; }
.widget { --edge: 1.25rem; position: fixed; z-index: 2147483000; bottom: var(--edge); font: 1rem/1.2 system-ui, sans-serif; }
.right { right: var(--edge); }
.left { left: var(--edge); }
.bubble {
  position: relative; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; padding: 0;
  border: 0; border-radius: 50%; background: var(--accent); cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 0.3);
}
.right .bubble { margin-left: auto; }
.bubble:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #000; }
.bubble svg { width: 1.8rem; height: 1.8rem; fill: var(--ink); }
.badge {
  position: absolute; top: -0.25rem; right: -0.25rem; min-width: 1.4rem; padding: 0.15rem 0.35rem;
  border-radius: 0.8rem; background: #b42318; color: #fff; font-size: 0.8rem; font-weight: 600; text-align: center;
}
.panel {
  width: min(24rem, calc(100vw - 2 * var(--edge))); height: min(38rem, calc(100dvh - 7rem)); margin-bottom: 0.75rem;
  overflow: hidden; border-radius: 1rem; background: Canvas; box-shadow: 0 8px 40px rgb(0 0 0 / 0.35);
}
.panel { position: relative; }
.away {
  position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 1rem; padding: 1.5rem;
  background: Canvas; color: CanvasText; text-align: center;
}
.away button { min-height: 2.75rem; padding: 0 1.25rem; border: 1px solid currentcolor; border-radius: 0.6rem; background: none; color: inherit; font: inherit; cursor: pointer; }
[hidden] { display: none; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
@media ${FULL} {
  .panel { position: fixed; inset: 0; z-index: 1; width: auto; height: auto; margin: 0; border-radius: 0; }
}
`;
