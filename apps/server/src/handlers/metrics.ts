import type { Handlers } from "@heddle/api";
import type { HandlerContext } from "../ports.ts";
import { requireNetwork } from "./networks.ts";

type Names = "networkMetrics" | "scrapeConfiguration";

/** Handlers about what nodes measure. */
export function createMetricHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const time = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
  return {
    async networkMetrics({ params, query }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      const { from, to, stepSeconds, times, series } = await services.metrics(params.name, {
        from: time(query.from),
        to: time(query.to),
        points: query.points,
      });
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        stepSeconds,
        times: times.map((at) => at.toISOString()),
        series: series.map(({ values, ...rest }) => ({ ...rest, values: [...values] })),
      };
    },

    async scrapeConfiguration({ params }) {
      await requireNetwork(context, params.name);
      const { services } = await context.backend();
      return { yaml: await services.scrapeConfiguration(params.name, { url: context.url(), tokenFile: context.metricsTokenFile }) };
    },
  };
}
