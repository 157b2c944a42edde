package io.penstock.app.crash;

import static io.penstock.app.crash.CrashCluster.awaitLong;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is outstanding in an asynchronous engine must be handed on before the offsets of its records are committed. The
 * process dies by {@code kill -9} as soon as every record's offset is committed: with our hook every record has come out by
 * then; with {@code StateStore.commit}, which comes after the offsets, what was held is lost for good.
 */
@Tag("crash")
class CommitHookIT {
    private static final CrashCluster.Service NONE = new CrashCluster.Service(1, 1_000, 1_000, 0, 0);
    private static final int RECORDS = 200;

    @Test
    void shouldLoseNothingThatIsHandedOnBeforeTheCommit() throws Exception {
        // Given // When
        List<String> out = outputsAfterKill(HeldRecords.BEFORE_COMMIT);
        // Then
        assertThat(out).containsExactlyElementsOf(keys());
    }

    @Test
    void shouldLoseWhatIsHandedOnAfterTheCommit() throws Exception {
        // Given // When
        List<String> out = outputsAfterKill(HeldRecords.STORE_COMMIT);
        // Then
        assertThat(out).hasSizeLessThan(RECORDS);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            keys.add("k" + i);
        }
        return keys;
    }

    private static List<String> outputsAfterKill(String where) throws Exception {
        try (CrashCluster cluster = new CrashCluster("CommitHookIT-" + where, NONE, Map.of(CrashNode.HAND_ON, where))) {
            try {
                String prefix = cluster.client().topics().prefix();
                cluster.client()
                        .admin()
                        .createTopics(List.of(
                                new NewTopic(prefix + HeldRecords.IN, 1, (short) 1),
                                new NewTopic(prefix + HeldRecords.OUT, 1, (short) 1)))
                        .all()
                        .get();
                Evidence evidence = new Evidence(cluster.client());
                cluster.start("holder");
                for (String key : keys()) {
                    cluster.client()
                            .producer()
                            .send(new ProducerRecord<>(
                                    prefix + HeldRecords.IN, key, key.getBytes(StandardCharsets.UTF_8)));
                }
                cluster.client().producer().flush();
                List<String> inputs = List.of(prefix + HeldRecords.IN);
                awaitLong("all to be committed", () -> evidence.lag(HeldRecords.GROUP, inputs) == 0);
                Child holder = cluster.child("holder");
                assertThat(holder.kill()).isEqualTo(Faults.EXIT_CODE);
                holder.start().awaitReady();
                awaitLong(
                        "nothing to be left open",
                        () -> evidence.openTransactions().isEmpty());
                holder.kill();
                return evidence.records(List.of(prefix + HeldRecords.OUT)).stream()
                        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                        .toList();
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }
}
