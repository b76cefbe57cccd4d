/** Keeps what else is on the page from being reached while one element fills the screen. */
export function createBehind(alone: HTMLElement) {
  const kept: HTMLElement[] = [];
  return (isAlone: boolean): void => {
    for (const other of kept.splice(0)) other.inert = false;
    if (!isAlone) return;
    for (const other of document.body.children)
      if (other instanceof HTMLElement && other !== alone && !other.inert) {
        other.inert = true;
        kept.push(other);
      }
  };
}
