import { products as program } from '../generated/products.ts';

const STEP = 8;
const BYTES = 4;
/** Small enough to stay in a processor's own memory, where a copy costs next to nothing. */
const NUMBERS_AT_ONCE = 16_384;

/** What every Node.js has, and its types do not say. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { memory: { buffer: ArrayBuffer }; products: Program } };
};
type Program = (...[length, from, stride, count, to]: [number, number, number, number, number]) => void;

/** Longer vectors do not fit. */
export const MOST_DIMENSIONS = 1_000_000;

/** How many vectors are taken at once, so that others need not wait long. */
export const vectorsAtOnce = (dimensions: number): number =>
  Math.max(1, Math.floor(NUMBERS_AT_ONCE / dimensions));

/** Made when it is needed: it takes a millisecond. */
function start() {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(program, 'base64')));
  return { multiply: exports.products, numbers: new Float32Array(exports.memory.buffer) };
}
let started: ReturnType<typeof start> | undefined;

/**
 * The products of a vector with as many that stand one after the other, as near as 32-bit floats come: see `errorOf`.
 * The answer is good until the next call.
 */
export function productsOf(vector: Float32Array, matrix: Float32Array): Float32Array {
  const { multiply, numbers } = (started ??= start());
  const { length } = vector;
  const padded = Math.ceil(length / STEP) * STEP;
  const count = matrix.length / length;
  const to = padded + matrix.length + STEP;
  numbers.set(vector);
  numbers.fill(0, length, padded);
  numbers.set(matrix, padded);
  multiply(length * BYTES, padded * BYTES, length * BYTES, count, to * BYTES);
  return numbers.subarray(to, to + count);
}

/**
 * By how much a product of vectors of length 1 is off at most: each of their numbers is rounded at one part in 2²⁴ (Higham,
 * "Accuracy and Stability of Numerical Algorithms", 3.1), twice that for vectors which are a little longer.
 */
export const errorOf = (dimensions: number): number => dimensions * 2 ** -23;
