import { showInline } from './inline.ts';
import { createPanel } from './panel.ts';
import { settingsOf } from './settings.ts';

declare global {
  interface Window {
    /** Opens and closes the chat from the page around. */
    crmflow?: { open(): void; close(): void };
  }
}

// Known only while the script runs for the first time.
const script = document.currentScript;

function begin() {
  try {
    if (!(script instanceof HTMLScriptElement)) throw new Error('load it without type="module"');
    const settings = settingsOf(script);
    if (settings.into === undefined && window.crmflow) throw new Error('it is on this page already');
    if (settings.into === undefined) window.crmflow = createPanel(settings);
    else showInline(settings, settings.into);
  } catch (cause) {
    // A chat that cannot be shown leaves the page as it is.
    console.error(`CRMFlow's chat: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
else begin();
