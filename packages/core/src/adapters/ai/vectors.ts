import { Failure } from './failure.ts';

/** Vectors of length one, so that their product is their likeness. @throws Failure when they are not one a text, all alike */
export function unitVectors(rows: readonly (readonly number[])[], count: number): Float32Array[] {
  const size = rows[0]?.length ?? 0;
  const vectors = rows.map(unit);
  const areWhole = rows.length === count && vectors.every((vector) => vector?.length === size && size > 0);
  if (!areWhole) throw new Failure('malformed', 'no vector for each text');
  return vectors as Float32Array[];
}

function unit(row: readonly number[]): Float32Array | null {
  const length = Math.hypot(...row);
  return Number.isFinite(length) && length > 0 ? Float32Array.from(row, (value) => value / length) : null;
}

/** The vectors of texts of which a provider takes only so many at once. */
export async function inBatches(
  texts: readonly string[],
  size: number,
  vectorsOf: (batch: readonly string[]) => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += size)
    vectors.push(...(await vectorsOf(texts.slice(from, from + size))));
  return vectors;
}
