package io.penstock.app.aptitude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ModelCard;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AptitudeRunTest {
    /** Of a request, in tokens of input at most. */
    private static final int SIZE = 100;

    private static final long COST = 30;

    /** Answers what is sent at the next look; the topic keeps all. */
    private static final class FakeWire implements AptitudeRun.Wire {
        private final Map<String, InferenceRequest> sent = new LinkedHashMap<>();
        private final List<Response> topic = new ArrayList<>();
        private final List<Feedback> feedback = new ArrayList<>();
        private int read;
        private int most;
        private int duplicates;
        private int answersLeft = Integer.MAX_VALUE;
        private int rejectFrom = Integer.MAX_VALUE;

        @Override
        public int size(InferenceRequest request) {
            return SIZE;
        }

        @Override
        public void send(InferenceRequest request) {
            if (sent.put(request.getRequestId(), request) != null) {
                duplicates++;
            }
        }

        @Override
        public void judge(Feedback verdict) {
            feedback.add(verdict);
        }

        @Override
        public List<Response> responses(Duration wait) {
            List<String> open = sent.keySet().stream()
                    .filter(id -> topic.stream()
                            .noneMatch(response -> response.getRequestId().equals(id)))
                    .toList();
            most = Math.max(most, open.size());
            for (String id : open) {
                if (answersLeft-- > 0) {
                    topic.add(answer(id));
                }
            }
            List<Response> fresh = List.copyOf(topic.subList(read, topic.size()));
            read = topic.size();
            return fresh;
        }

        private Response answer(String id) {
            boolean rejected = topic.size() >= rejectFrom;
            return Response.newBuilder()
                    .setRequestId(id)
                    .setKind(rejected ? ResponseKind.REJECTED : ResponseKind.ANSWERED)
                    .setReason(rejected ? "budget_exhausted" : null)
                    .setAnswer(rejected ? null : "42")
                    .setSettledCostNanos(rejected ? 0 : COST)
                    .setOutputTokens(10)
                    .setLatencyMs(5)
                    .build();
        }

        void restart() {
            read = 0;
            answersLeft = Integer.MAX_VALUE;
        }
    }

    private final FakeWire wire = new FakeWire();

    private static ModelCard card(String slug) {
        // 1 nano-dollar a token; the worst case of a probe is 100 + 50.
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setInputNanosPerMillionTokens(1_000_000)
                .setOutputNanosPerMillionTokens(1_000_000)
                .setMaxOutputTokens(50)
                .build();
    }

    private static List<Probe> probes(int count) {
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            probes.add(new Probe("p" + i, "6 x 7?", List.of(), i % 4 == 0 ? "41" : "42", List.of(), null));
        }
        return probes;
    }

    private AptitudeRun run(long cap, int probes) {
        return new AptitudeRun(
                new AptitudeRun.Settings("r", cap, Map.of("purse", "lab"), 4, Duration.ofMillis(1)),
                List.of(card("a"), card("b")),
                probes(probes),
                wire);
    }

    @Test
    void shouldAskEveryModelEveryProbeAloneAndJudgeWhatIsKnown() {
        // Given
        AptitudeRun run = run(Long.MAX_VALUE, 8);
        // When
        AptitudeRun.End end = run.run();
        wire.feedback.forEach(verdict -> run.verdict(verdict.getRequestId(), verdict.getValue()));
        // Then
        assertThat(end).isEqualTo(AptitudeRun.End.DONE);
        assertThat(wire.sent).hasSize(16);
        assertThat(wire.most).isEqualTo(4);
        assertThat(wire.sent.values()).allSatisfy(request -> {
            assertThat(request.getConstraints().getAllowedModels()).hasSize(1);
            assertThat(request.getAttributes())
                    .containsEntry(AptitudeRun.ATTRIBUTE, "r")
                    .containsEntry("purse", "lab");
            assertThat(request.getCreatedAt()).as("part of the body").isNull();
        });
        assertThat(wire.feedback)
                .hasSize(16)
                .allSatisfy(verdict -> assertThat(verdict.getSource()).isEqualTo(AptitudeRun.SOURCE));
        AptitudeTally tally = run.tallies().get(1);
        assertThat(tally.model()).isEqualTo("b");
        assertThat(tally.answers()).isEqualTo(8);
        assertThat(tally.quality()).isEqualTo(0.75);
        assertThat(tally.error()).isCloseTo(Math.sqrt(1.5 / 7 / 8), within(1e-12));
        assertThat(tally.costNanos()).isEqualTo(8 * COST);
        assertThat(tally.outputTokens()).isEqualTo(10);
        assertThat(run.verdictsExpected()).isEqualTo(16);
    }

    @Test
    void shouldStopBeforeAWorstCaseWouldExceedTheCap() {
        // Given: worst case 150, cost 30
        AptitudeRun run = run(500, 100);
        // When
        AptitudeRun.End end = run.run();
        // Then: with 12 answered 360 are spent, and 360 + 150 > 500
        assertThat(end).isEqualTo(AptitudeRun.End.CAP);
        assertThat(wire.most).as("3 × 150 fit, 4 do not").isEqualTo(3);
        assertThat(wire.sent).hasSize(12);
        assertThat(run.spentNanos()).isEqualTo(360);
    }

    @Test
    void shouldGoOnWhereItStoppedAndCountWhatItHasSpent() {
        // Given: it dies while requests are under way
        wire.answersLeft = 6;
        assertThat(run(Long.MAX_VALUE, 8).run()).isEqualTo(AptitudeRun.End.SILENCE);
        int before = wire.sent.size();
        wire.restart();
        AptitudeRun second = run(Long.MAX_VALUE, 8);
        // When
        AptitudeRun.End end = second.run();
        // Then
        assertThat(end).isEqualTo(AptitudeRun.End.DONE);
        assertThat(wire.sent).hasSize(16);
        assertThat(wire.duplicates).as("sent, but not answered").isLessThanOrEqualTo(before - 6);
        assertThat(second.spentNanos()).isEqualTo(16 * COST);
        assertThat(second.tallies())
                .allSatisfy(tally -> assertThat(tally.requests()).isEqualTo(8));
        assertThat(wire.feedback.stream().map(Feedback::getFeedbackId).distinct())
                .hasSize(16);
    }

    @Test
    void shouldStopWhenTheClusterRefusesToPay() {
        // Given
        wire.rejectFrom = 5;
        // When
        AptitudeRun run = run(Long.MAX_VALUE, 50);
        // Then
        assertThat(run.run()).isEqualTo(AptitudeRun.End.BUDGET);
        assertThat(wire.sent).hasSizeLessThan(12);
        assertThat(run.tallies().get(0).failures()).containsOnlyKeys("budget_exhausted");
    }

    @Test
    void shouldNameRequestsByRunModelAndWholeProbe() {
        // Given
        Probe probe = new Probe("p", "text", List.of(), null, List.of(), null);
        Probe other = new Probe("p", "texts", List.of(), null, List.of(), null);
        // Then
        assertThat(AptitudeRun.requestId("r", "m", probe))
                .startsWith("aptitude-r-")
                .isEqualTo(AptitudeRun.requestId("r", "m", probe))
                .isNotEqualTo(AptitudeRun.requestId("r", "m", other))
                .isNotEqualTo(AptitudeRun.requestId("r", "n", probe))
                .isNotEqualTo(AptitudeRun.requestId("s", "m", probe));
    }
}
