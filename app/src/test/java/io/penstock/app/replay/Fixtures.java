package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A pool small enough to compute by hand. */
final class Fixtures {
    static final String POOL = "tiny";

    private Fixtures() {}

    /**
     * Four prompts of two tasks. Model good/one is right on p0, p1 and costs $0.002 each; cheap is right on p1, p2 and
     * costs $0.001 each. So C_ref = 0.002.
     */
    static RecordedOutcomes tiny() {
        String lines = line("p0", "a", 1, 0) + line("p1", "a", 1, 1) + line("p2", "b", 0, 1) + line("p3", "b", 0, 0);
        return load(lines);
    }

    static RecordedOutcomes load(String lines) {
        Map<String, String> files = new HashMap<>();
        files.put("models.json", """
                {"good/one": {"usd_per_1m_input": 2, "usd_per_1m_output": 2, "context_window": 1000},
                 "cheap": {"usd_per_1m_input": 1, "usd_per_1m_output": 1, "context_window": 1000}}
                """);
        files.put("pools.json", """
                {"tiny": {"objective": "cost_usd", "sources": ["s"],
                 "arms": {"good/one": {"s": "good/one"}, "cheap": {"s": "cheap"}}}}
                """);
        files.put("outcomes-s.jsonl", lines);
        return RecordedOutcomes.load(source(files), POOL);
    }

    static String line(String id, String task, int good, int cheap) {
        return "{\"id\":\"" + id + "\",\"source\":\"s\",\"task\":\"" + task + "\",\"prompt\":\"text of " + id
                + "\",\"outcomes\":{\"good/one\":" + outcome(good, 0.002) + ",\"cheap\":" + outcome(cheap, 0.001)
                + "}}\n";
    }

    private static String outcome(int quality, double cost) {
        return "{\"quality\":" + quality + ",\"input_tokens\":500,\"output_tokens\":500,\"cost_usd\":" + cost
                + ",\"latency_ms\":null,\"energy_j\":null}";
    }

    static RecordedSource source(Map<String, String> files) {
        return new RecordedSource() {
            @Override
            public InputStream open(String name) {
                String text = files.get(name);
                return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public String describe() {
                return "memory";
            }
        };
    }
}
