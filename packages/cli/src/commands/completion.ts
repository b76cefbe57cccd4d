import type { Command } from 'commander';
import { wrongUse } from '../wrong-use.ts';
import { describe, nouns, type Setup } from './index.ts';
import { commandTree } from './tree.ts';

export const setup: Setup = (command, act) => {
  describe(command, 'Print a completion script for your shell.', [
    'crmflow completion bash >> ~/.bashrc',
    'crmflow completion zsh > "${fpath[1]}/_crmflow"',
    'crmflow completion fish > ~/.config/fish/completions/crmflow.fish',
  ])
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell: string) =>
      act(async ({ out }) => {
        const script = scripts[shell];
        if (!script)
          throw wrongUse(`There is no completion for ${shell}. There is one for bash, zsh and fish.`);
        out.raw(script(await words(), optionsOf(command.parent!)));
      }),
    );
};

/** A command with what may follow it. */
interface Words {
  name: string;
  summary: string;
  verbs: string[];
  /** With its verbs' own. */
  options: string[];
}

async function words(): Promise<Words[]> {
  const tree = await commandTree();
  return tree.map((command) => ({
    name: command.name(),
    // The short one: it stands beside its name in a menu.
    summary: nouns.find(({ name }) => name === command.name())!.summary,
    verbs: command.commands.map((verb) => verb.name()),
    options: [command, ...command.commands].flatMap(optionsOf),
  }));
}
const optionsOf = ({ options }: Command): string[] => options.flatMap(({ long }) => long ?? []);

const scripts: Record<string, (commands: Words[], everywhere: string[]) => string> = { bash, zsh, fish };

function cases(
  commands: Words[],
  everywhere: string[],
  line: (name: string, words: string) => string,
): string {
  return commands
    .map(({ name, verbs, options }) =>
      line(name, [...new Set([...verbs, ...options, ...everywhere, '--help'])].join(' ')),
    )
    .join('\n');
}
const namesOf = (commands: Words[]) => [...commands.map(({ name }) => name), 'help'].join(' ');

function bash(commands: Words[], everywhere: string[]): string {
  return `_crmflow() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]}" in
${cases(commands, everywhere, (name, each) => `    ${name}) words="${each}" ;;`)}
    *) words="${namesOf(commands)} ${everywhere.join(' ')} --help" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${namesOf(commands)} ${everywhere.join(' ')} --help"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _crmflow crmflow
`;
}

function zsh(commands: Words[], everywhere: string[]): string {
  const described = commands.map(
    ({ name, summary }) => `    '${name}:${summary.replaceAll(':', '\\:').replaceAll("'", "'\\''")}'`,
  );
  return `#compdef crmflow
_crmflow() {
  local -a commands
  commands=(
${described.join('\n')}
    'help:Print help for a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${cases(commands, everywhere, (name, each) => `    ${name}) compadd -- ${each} ;;`)}
  esac
  _files
}
compdef _crmflow crmflow
`;
}

function fish(commands: Words[], everywhere: string[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const first = commands.map(
    ({ name, summary }) => `complete -c crmflow -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  return `${first.join('\n')}
${cases(commands, everywhere, (name, each) => `complete -c crmflow -n '__fish_seen_subcommand_from ${name}' -a ${quoted(each)}`)}
`;
}
