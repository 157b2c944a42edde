package io.penstock.topology.join;

import static io.penstock.topology.join.Events.feedback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.schema.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackTrustTest {
    private static final Bytes KEY = Bytes.wrap("0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    private static JoinDriver join(FeedbackTrust trust) {
        return new JoinDriver(JoinSettings.defaults().with(trust), (topic, partition, due) -> true);
    }

    private static Feedback from(String source, String id, double value) {
        Feedback feedback = feedback(id, value);
        feedback.setSource(source);
        return feedback;
    }

    private static void answer(JoinDriver join) {
        join.decide(Events.dispatch(1));
        join.complete(Events.success(1));
    }

    @Test
    void shouldDrawTheStatedShareOfAnswersAndTheSameAgain() {
        // Given
        AuditDraw draw = new AuditDraw(new FeedbackTrust(0.05, KEY, 1, 50));
        AuditDraw other = new AuditDraw(new FeedbackTrust(0.05, Bytes.wrap(new byte[16]), 1, 50));

        // When
        List<Integer> drawn = IntStream.range(0, 20_000)
                .filter(i -> draw.draws(new Identity("acme", "r" + i)))
                .boxed()
                .toList();

        // Then
        assertThat(drawn.size()).isBetween(900, 1100);
        assertThat(drawn).allMatch(i -> draw.draws(new Identity("acme", "r" + i)));
        assertThat(drawn.stream()
                        .filter(i -> other.draws(new Identity("acme", "r" + i)))
                        .count())
                .isLessThan(100);
    }

    @ParameterizedTest(name = "audit share {0}")
    @ValueSource(doubles = {0, 1})
    void shouldMarkAuditedAnswersAndNoOthers(double share) {
        // Given
        try (JoinDriver join = join(new FeedbackTrust(share, KEY, 1, 50))) {
            // When
            answer(join);

            // Then
            assertThat(join.responses())
                    .singleElement()
                    .satisfies(response ->
                            assertThat(response.getAuditProbability()).isEqualTo(share));
        }
    }

    @Test
    void shouldPutAnAuditOfAnAnswerThatWasNotDrawnAside() {
        // Given
        try (JoinDriver join = join(new FeedbackTrust(1e-9, KEY, 1, 50))) {
            answer(join);

            // When
            join.judge(from("audit", "f1", 1));

            // Then
            assertThat(join.deadLetters()).extracting(JoinDriver::reason).containsExactly("not_audited");
            assertThat(join.counted).contains("join.feedback-not-audited");
            assertThat(join.outcomes()).extracting(Outcome::getKind).containsExactly(OutcomeKind.COMPLETED);
        }
    }

    @Test
    void shouldWeighVolunteersAgainstAuditsAndRepeatTheWeightInACorrection() {
        // Given: audits find nine of ten answers good, volunteers speak of good and bad ones alike
        JoinSettings settings = JoinSettings.defaults().with(new FeedbackTrust(1, KEY, 1, 50));
        VerdictWeights weights = new VerdictWeights(settings, Books.create());
        for (int i = 0; i < 1000; i++) {
            weights.weigh(Books.JUDGED, from("audit", "a" + i, i % 10 == 0 ? 0 : 1));
            weights.weigh(Books.JUDGED, from("user", "u" + i, i % 2));
        }

        // When
        double bad = weights.weigh(Books.JUDGED, from("user", "bad", 0));
        double good = weights.weigh(Books.JUDGED, from("user", "good", 1));
        Feedback stated = from("survey", "s", 1);
        stated.setSamplingProbability(0.25);

        // Then
        assertThat(bad).isEqualTo(0.2, withPrecision(0.02));
        assertThat(good).isEqualTo(1.8, withPrecision(0.02));
        assertThat(weights.weigh(Books.JUDGED, stated)).isEqualTo(4);
    }

    @Test
    void shouldLearnNoMoreFromOneSourceThanItsShareNorFromItsCorrections() {
        // Given
        try (JoinDriver join = join(new FeedbackTrust(0, KEY, 0.5, 2))) {
            answer(join);

            // When
            join.judge(from("bot", "f1", 0));
            join.judge(from("bot", "f2", 0));
            join.judge(from("bot", "f3", 0));
            join.judge(from("bot", "f3", 1));
            join.judge(from("bot", "f3", 1));
            join.judge(from("bot", "f1", 1));
            join.judge(from("user", "f4", 1));

            // Then
            assertThat(join.outcomes().stream().skip(1))
                    .extracting(outcome -> outcome.getKind() + " " + outcome.getFeedbackId())
                    .containsExactly("JUDGED f1", "JUDGED f2", "CORRECTED f1", "JUDGED f4");
            assertThat(join.counted.stream()
                            .filter("join.feedback-source-capped"::equals)
                            .count())
                    .isEqualTo(2);
            assertThat(join.counted).contains("join.duplicate-feedback");
        }
    }

    @Test
    void shouldKeepTheBooksOverARestart() {
        // Given
        JoinSettings settings = JoinSettings.defaults().with(new FeedbackTrust(0, KEY, 0.5, 2));
        KeyValueStore<String, byte[]> books = Books.create();
        List<Double> admitted = new ArrayList<>();

        // When
        for (int i = 0; i < 4; i++) {
            VerdictWeights restarted = new VerdictWeights(settings, books);
            admitted.add(restarted.weigh(Books.JUDGED, from("bot", "f" + i, 0)));
        }

        // Then
        assertThat(admitted).containsExactly(1.0, 1.0, 0.0, 0.0);
    }

    @Test
    void shouldNameTheSettingThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FeedbackTrust(1.5, KEY, 1, 50))
                .withMessage("auditShare 1.5 must be from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FeedbackTrust(0, KEY, 0, 50))
                .withMessage("sourceShare 0.0 must be above 0 and at most 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FeedbackTrust(0, KEY, 1, Double.NaN))
                .withMessage("sourceGrace NaN must not be negative");
    }

    private static final class Books {
        private static final Closed.Answer ANSWER = new Closed.Answer("d1", 1, "gpt", 0.5, Events.START);
        private static final Closed.Judged JUDGED = new Closed.Judged(ANSWER, List.of("tenant/acme"));

        static KeyValueStore<String, byte[]> create() {
            var context = new org.apache.kafka.streams.processor.api.MockProcessorContext<Object, Object>();
            KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore("weights"), Serdes.String(), Serdes.ByteArray())
                    .withLoggingDisabled()
                    .withCachingDisabled()
                    .build();
            store.init(context.getStateStoreContext(), store);
            return store;
        }
    }
}
