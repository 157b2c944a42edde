package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.connector.recorded.RecordedOutcomes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    private static final List<String> MODELS = List.of("good-one", "cheap");

    private final RecordedOutcomes outcomes = many(60);

    /** Advances a millisecond a look, so that time-outs come without waiting. */
    private static InstantSource ticking() {
        AtomicLong now = new AtomicLong();
        return () -> Instant.ofEpochMilli(now.incrementAndGet());
    }

    private static RecordedOutcomes many(int prompts) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < prompts; i++) {
            lines.append(Fixtures.line("p" + i, "t" + i % 3, i % 2, (i / 2) % 2));
        }
        return Fixtures.load(lines.toString());
    }

    private static ReplaySettings settings(int inFlight, boolean deterministic) {
        return new ReplaySettings(
                "linucb", 0.1, 7, OptionalInt.empty(), inFlight, deterministic, FakeHost.PARTITIONS, null);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldNeverHaveMoreUnlearnedThanAllowed(long seed) {
        // Given
        Replay replay = new Replay(outcomes, settings(5, false), ticking());
        FakeHost host = new FakeHost(seed, MODELS, id -> true);

        // When
        ReplayReport report = replay.run(host, LoopProgress.NONE);

        // Then
        assertThat(report.counts()).isEqualTo(new Counts(60, 60, 60, 0, 0, 0, 0));
        assertThat(report.isClean()).isTrue();
        assertThat(host.mostUnlearned()).isEqualTo(5);
    }

    @Test
    void shouldTakeTheRewardFromWhatWasAnsweredAndSettled() {
        // Given
        Replay replay = new Replay(outcomes, settings(5, false), ticking());

        // When
        ReplayReport report = replay.run(new FakeHost(1, List.of("cheap"), id -> true), LoopProgress.NONE);

        // Then: cheap is right on half of the prompts; the settled $0.0015 counts, not the recorded $0.001
        assertThat(report.policy().quality()).isEqualTo(0.5, within(1e-12));
        assertThat(report.policy().costUsd()).isEqualTo(0.0015, within(1e-12));
        assertThat(report.policy().reward()).isEqualTo(0.5 - 0.1 * 0.0015 / 0.002, within(1e-12));
        assertThat(report.entropy()).isZero();
        assertThat(report.models().get(1).requests()).isEqualTo(60);
    }

    @Test
    void shouldCountARequestThatFailsAndGoOn() {
        // Given
        Replay replay = new Replay(outcomes, settings(1, false), ticking());

        // When
        ReplayReport report = replay.run(new FakeHost(1, MODELS, id -> true).failing("r3"), LoopProgress.NONE);

        // Then
        assertThat(report.counts()).isEqualTo(new Counts(60, 60, 60, 0, 0, 0, 1));
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void shouldFindASecondResponseThatComesAfterEverythingElse() {
        // Given
        Replay replay = new Replay(outcomes, settings(8, false), ticking());

        // When
        ReplayReport report = replay.run(new FakeHost(1, MODELS, id -> true).doubled("r10"), LoopProgress.NONE);

        // Then
        assertThat(report.counts().duplicated()).isOne();
        assertThat(report.counts().lost()).isZero();
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void shouldGiveUpWithTheCountsWhenNothingMoves() {
        // Given
        Replay replay = new Replay(outcomes, settings(60, false), ticking());
        FakeHost host = new FakeHost(1, MODELS, id -> true).silent("r0");

        // When / Then
        assertThatThrownBy(() -> replay.run(host, LoopProgress.NONE))
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("60 requests sent, 59 decided, 59 responses, 1 not yet learned from");
    }

    @Test
    void shouldDecideAWholeWindowBeforeAnythingOfItIsAnswered() {
        // Given
        Replay replay = new Replay(outcomes, settings(8, true), ticking());
        ReplayGate gate = (ReplayGate) replay.gate();
        FakeHost host = new FakeHost(3, MODELS, gate::isReleased);

        // When
        ReplayReport report = replay.run(host, LoopProgress.NONE);

        // Then
        assertThat(report.isClean()).isTrue();
        assertThat(host.mostDecided()).isEqualTo(8);
        assertThat(host.mostUnlearned()).isEqualTo(8);
        assertThat(host.timestamps().get("r9")).isEqualTo(LockStep.START + 9);
        assertThat(report.digest()).hasSize(64);
    }

    @Test
    void shouldGiveTheSameDigestHoweverEventsAreOrdered() {
        // When
        String one = deterministic(1);
        String other = deterministic(2);

        // Then: only offsets and the order of events differ between the two
        assertThat(one).isEqualTo(other);
    }

    private String deterministic(long hostSeed) {
        Replay replay = new Replay(outcomes, settings(8, true), ticking());
        ReplayGate gate = (ReplayGate) replay.gate();
        return replay.run(new FakeHost(hostSeed, MODELS, gate::isReleased), LoopProgress.NONE)
                .digest();
    }

    @Test
    void shouldNotShowAnAnswer() {
        // Given
        FakeHost host = new FakeHost(1, MODELS, id -> true);
        host.send(new Workload(outcomes, 1, OptionalInt.empty()).request(0), 0);

        // When
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            shown.append(host.poll(Duration.ZERO));
        }

        // Then
        assertThat(shown.toString()).contains("Responded[r0").doesNotContain("SECRET");
    }
}
