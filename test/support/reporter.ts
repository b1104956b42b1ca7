import * as Mocha from "mocha";

/** Mocha's own report, closed by the one line that every test command of this project ends with: `N passed, N failed`. */
class PlainClosingLine extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const stats = runner.stats;
    runner.once("end", () => {
      process.on("exit", () => process.stdout.write(`${stats?.passes ?? 0} passed, ${stats?.failures ?? 0} failed\n`));
    });
  }
}

export = PlainClosingLine;
