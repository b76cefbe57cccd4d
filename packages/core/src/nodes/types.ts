/** The six types of the specification; the variety within one is its kind. */
export const nodeTypes = ['trigger', 'speak', 'listen', 'ai', 'logic', 'integration'] as const;
export type NodeType = (typeof nodeTypes)[number];
