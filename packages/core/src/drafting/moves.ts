import type { Move } from './visit.ts';

interface Kind {
  tries: number;
  moves: Move[];
}

/** Moves that are open, of which the least tried come first, and among those the deepest. */
export function createMoves() {
  const kinds = new Map<string, Kind>();
  let drawn = 1;
  /** The same numbers every time: the minimal standard generator of Park and Miller. */
  const draw = (below: number) => (drawn = (drawn * 48_271) % 2_147_483_647) % below;
  return {
    add(moves: readonly Move[]): void {
      for (const move of moves) {
        const kind = kinds.get(move.key);
        if (kind) kind.moves.push(move);
        else kinds.set(move.key, { tries: 0, moves: [move] });
      }
    },
    /** The next move; with `isFreshOnly` only one of a kind that was never tried. */
    take(isFreshOnly: boolean): Move | undefined {
      let best: Kind | undefined;
      for (const kind of kinds.values())
        if (kind.moves.length && (!best || isBefore(kind, best))) best = kind;
      if (!best || (isFreshOnly && best.tries)) return undefined;
      best.tries += 1;
      // Not the latest, lest what is tried at one node always goes with the same at another.
      return best.moves.splice(draw(best.moves.length), 1)[0];
    },
  };
}

const isBefore = (one: Kind, other: Kind) =>
  one.tries === other.tries ? one.moves.at(-1)!.turns > other.moves.at(-1)!.turns : one.tries < other.tries;
