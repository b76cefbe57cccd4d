import { z } from 'zod';

/** The name of a way out that the author chooses. */
export const portName = () =>
  z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\s.>]+$/u, 'a port has no spaces, dots or >')
    .refine((port) => port !== 'error', 'error is the port every node has')
    .meta({ description: 'The way out.' });
