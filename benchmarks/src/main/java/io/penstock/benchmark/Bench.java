package io.penstock.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code penstock bench [NAME] [--json OUT] [--records N] [--rounds N]}: lists the benchmarks, or runs one. Exit code 0 after a
 * run, 2 for wrong arguments.
 */
public final class Bench {
    private static final String USAGE = """
            Usage: penstock bench [NAME] [--json FILE] [--records N] [--rounds N] [--parts a,b,...]

            Benchmarks:
              topology   throughput of enrich + route, of the whole loop and of the feature engine, and latency,
                         as ratios to a Kafka Streams pass-through measured in the same run (about 10 minutes)
                         parts: stages, route, loop, engine, minilm, latency
              learner    one decision and its update (JMH), ParetoBandit's own code beside it where its Python
                         environment is there (benchmarks/paretobandit), and the learn stage's throughput (about
                         6 minutes); --records are its outcomes
                         parts: decide, cpu, paretobandit, learn
              live       whole nodes under a steady load: how soon a published policy is used by three routers, how
                         exactly a budget is paced, how soon a router starts with 100,000 policy records (about
                         12 minutes)
                         parts: policies, pacing, start

            Example: penstock bench topology --json bench.json
            """;

    private Bench() {}

    public static void main(String[] args) throws Exception {
        List<String> rest = new ArrayList<>(List.of(args));
        if (rest.isEmpty() || rest.contains("--help") || rest.contains("-h")) {
            System.out.print(USAGE);
            return;
        }
        String name = rest.remove(0);
        if (!List.of("topology", "learner", "live").contains(name)) {
            fail("there is no benchmark '" + name + "'; there are: topology, learner, live");
            return;
        }
        Path json = null;
        TopologyBench.Scale scale = TopologyBench.Scale.defaults();
        LearnerBench.Scale learner = LearnerBench.Scale.defaults();
        LiveBench.Scale live = LiveBench.Scale.defaults();
        for (int i = 0; i < rest.size(); i += 2) {
            if (i + 1 >= rest.size()) {
                fail("option " + rest.get(i) + " needs a value");
                return;
            }
            String value = rest.get(i + 1);
            switch (rest.get(i)) {
                case "--json" -> json = Path.of(value);
                case "--records" -> {
                    scale = scale.withRecords(Integer.parseInt(value));
                    learner = learner.withOutcomes(Integer.parseInt(value));
                }
                case "--rounds" -> scale = scale.withRounds(Integer.parseInt(value));
                case "--parts" -> {
                    scale = scale.withParts(List.of(value.split(",")));
                    learner = learner.withParts(List.of(value.split(",")));
                    live = new LiveBench.Scale(List.of(value.split(",")));
                }
                default -> {
                    fail("unknown option " + rest.get(i) + "; see penstock bench --help");
                    return;
                }
            }
        }
        BenchReport report = run(name, scale, learner, live);
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, report.json());
        }
    }

    private static BenchReport run(
            String name, TopologyBench.Scale topology, LearnerBench.Scale learner, LiveBench.Scale live)
            throws Exception {
        return switch (name) {
            case "learner" -> new LearnerBench(learner, System.out).run();
            case "live" -> new LiveBench(live, System.out).run();
            default -> new TopologyBench(topology, System.out).run();
        };
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(2);
    }
}
