import { Context, type Liquid } from 'liquidjs';
import { isForbidden } from './json.ts';
import { BUILT_INS, builtIn, type Scope } from './scope.ts';

/** What is done to each value that a text shows; what its author wrote around them stays. */
export type Escape = (shown: string) => string;
export const asItIs: Escape = (shown) => shown;

/** A scope as Liquid sees it: its variables, the built-in names above them, and no prototype anywhere. */
export class ScopeContext extends Context {
  constructor(
    engine: Liquid,
    readonly scope: Scope,
    names: readonly string[],
    /** Nothing is, inside a capture: what it makes is a value, done once when it is shown. */
    public escape: Escape,
  ) {
    super(scope.variables, engine.options, { sync: true }, { liquid: engine });
    const known = this.bottom() as { [name: string]: unknown };
    for (const name of BUILT_INS.keys()) if (names.includes(name)) known[name] = builtIn(name, scope);
    this.countSteps();
  }

  // Liquid asks its clock before each tag and output: there we count, so that a slow machine refuses nothing
  // that a fast one renders. Its own time limit remains for what no count foresees.
  private countSteps(): void {
    const { renderLimit, memoryLimit } = this;
    const check = renderLimit.check.bind(renderLimit);
    renderLimit.check = (now) => {
      memoryLimit.use(5);
      check(now);
    };
  }

  override readProperty(
    whole: Context['environments'],
    key: Parameters<Context['readProperty']>[1],
  ): unknown {
    this.memoryLimit.use(1);
    if (typeof key === 'string' && isForbidden(key)) return undefined;
    // `size`, `first` and `last` are ordinary names for a variable.
    const isRoot = whole === this.environments || whole === this.globals;
    if (isRoot && typeof key === 'string')
      return Object.hasOwn(whole, key) ? (whole as { [name: string]: unknown })[key] : undefined;
    return super.readProperty(whole, key);
  }
}
