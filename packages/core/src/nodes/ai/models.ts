import { z } from 'zod';

/** Who answers: `gemini`, `openai`, either with one of its models, or the passages themselves. */
export const modelName = () =>
  z
    .string()
    .max(200)
    .regex(
      /^(?:extractive|(?:gemini|openai)(?::\S+)?)$/,
      'who answers is gemini, openai, one of their models like openai:gpt-4o-mini, or extractive',
    )
    .meta({ description: 'gemini, openai, one of their models like openai:gpt-4o-mini, or extractive.' });
