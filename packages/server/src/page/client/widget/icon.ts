const SVG = 'http://www.w3.org/2000/svg';

/** A speech bubble. */
export function icon(): SVGElement {
  const view = document.createElementNS(SVG, 'svg');
  view.setAttribute('viewBox', '0 0 32 32');
  view.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute(
    'd',
    'M6 7h20a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-9l-6 5v-5H6a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z',
  );
  view.append(path);
  return view;
}
