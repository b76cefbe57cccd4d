import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { FileContent } from '@crmflow/core';
import { wrongUse } from '../wrong-use.ts';
import { called } from './calls.ts';

/** Workflow files by their full path. */
export type Files = Map<string, FileContent>;

const named = /\.workflow\.(ya?ml|json)$/i;

/** Whether a word on the command line means a file. */
export const isFile = (word: string, cwd: string): boolean =>
  named.test(word) || statSync(resolve(cwd, word), { throwIfNoEntry: false })?.isFile() === true;

/** Whether a called workflow is named by the path of its file. */
export const isPath = (name: string): boolean => /^\.{1,2}\//.test(name) || named.test(name);

/** The files, and those they call by path, and those they call. */
export async function readFiles(paths: readonly string[], cwd: string): Promise<Files> {
  const files: Files = new Map();
  const left = [...paths];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (files.has(path)) continue;
    const content = await readOne(path, cwd);
    files.set(path, content);
    for (const name of called(content)) if (isPath(name)) left.push(resolve(dirname(path), name));
  }
  return files;
}

/** One file. */
export async function readOne(path: string, cwd: string): Promise<FileContent> {
  const [text, { readWorkflowFile }] = await Promise.all([readFile(path, 'utf8'), import('@crmflow/core')]);
  return readWorkflowFile(text, shownPath(path, cwd));
}

/** A path as people see it: from the working folder when it lies inside. */
export function shownPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || near === '' ? path : near;
}

/** The paths of every workflow file in a folder, at any depth; hidden folders and packages are left out. */
export const workflowFilesIn = (folder: string): Promise<string[]> => filesIn(folder, named);

/** The files of conversations in a folder that stand beside no workflow. */
export async function conversationsWithout(folder: string): Promise<string[]> {
  const [told, workflows] = await Promise.all([filesIn(folder, conversations), workflowFilesIn(folder)]);
  const stems = new Set(workflows.map((path) => path.replace(named, '')));
  return told.filter((path) => !stems.has(path.replace(conversations, '')));
}
const conversations = /\.conversations\.yaml$/i;

async function filesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isForeign(entry.name) ? [] : filesIn(path, pattern);
      return pattern.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat().sort();
}

/** Whether there is a folder. */
export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The files that words name: a folder stands for all in it; whatever else is left as it is. */
export async function unfolded(words: readonly string[], cwd: string): Promise<string[]> {
  const all = await Promise.all(
    words.map(async (word) => {
      const path = resolve(cwd, word);
      if (!isFolder(path)) return [word];
      const files = await workflowFilesIn(path);
      if (!files.length)
        throw wrongUse(
          `There is no workflow file in ${word}: they are named *.workflow.yaml or *.workflow.json.`,
        );
      return files.map((file) => shownPath(file, cwd));
    }),
  );
  return all.flat();
}

const isForeign = (name: string) => name.startsWith('.') || name === 'node_modules';
