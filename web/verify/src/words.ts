/** Messages in two languages. A failure is a key and facts; the words stand in the catalogues. */
import en from "./messages.en.json";
import es from "./messages.es.json";
import type { Facts } from "./failure";
import type { Report, StepResult } from "./open";

export type Language = "es" | "en";
const kCatalogues: Record<Language, Record<string, string>> = { es, en };

export class Words {
  constructor(readonly language: Language) {}

  has(key: string): boolean {
    return kCatalogues[this.language][key] !== undefined;
  }

  say(key: string, facts: Facts = {}): string {
    const text = kCatalogues[this.language][key] ?? key;
    return text.replace(/\{([a-z_A-Z]+)\}/g, (_, name: string) => {
      const value = facts[name];
      return typeof value === "number" ? this.number(value) : (value ?? "?");
    });
  }

  /** Digits in groups of three: with a point in Spanish of Venezuela, with a comma in English. */
  number(value: number): string {
    return String(value).replace(/\B(?=(?:[0-9]{3})+$)/g, this.language === "es" ? "." : ",");
  }

  step(result: StepResult): string {
    if (result.state === "ok") return this.say(`step.${result.step}.ok`, result.facts);
    return this.say(result.state === "none" ? `step.${result.step}.none` : `step.${result.step}`);
  }

  failure(failure: NonNullable<Report["failure"]>): string {
    const file = failure.facts["file"];
    const where = file === undefined ? "" : ` (${file})`;
    return `${this.say(`fail.${failure.key}`, failure.facts)}${where}`;
  }

  /** One sentence: what the result is worth. */
  verdict(report: Report): string {
    if (!report.ok)
      return this.say("verdict.failed", { step: this.say(`step.${report.failure!.step}`) });
    return this.say(`verdict.${report.checkedAgainst}`);
  }
}
