package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowControlTest {
    private final AtomicInteger nudges = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void shouldHoldBackAtTheLimitAndReadOnAtHalfOfIt(int limit) {
        // Given
        FlowControl flow = new FlowControl(topic -> limit, nudges::incrementAndGet);
        for (int i = 0; i < limit; i++) {
            assertThat(flow.mayRead("t")).as("with %d waiting", i).isTrue();
            flow.added("t");
        }

        // When
        boolean full = flow.mayRead("t");
        int left = 0;
        while (nudges.get() == 0) {
            flow.left("t");
            left++;
        }

        // Then
        assertThat(full).isFalse();
        assertThat(limit - left).isEqualTo(limit / 2);
        assertThat(flow.mayRead("t")).isTrue();
    }

    @Test
    void shouldNotNudgeForATopicThatIsNotHeldBack() {
        // Given
        FlowControl flow = new FlowControl(topic -> 4, nudges::incrementAndGet);
        flow.added("t");

        // When
        flow.left("t");

        // Then
        assertThat(nudges).hasValue(0);
        assertThat(flow.waiting()).isZero();
    }

    @Test
    void shouldHoldBackOneTopicWithoutTheOthers() {
        // Given
        FlowControl flow = new FlowControl(topic -> 1, nudges::incrementAndGet);

        // When
        flow.added("slow");

        // Then
        assertThat(flow.mayRead("slow")).isFalse();
        assertThat(flow.mayRead("fast")).isTrue();
    }
}
