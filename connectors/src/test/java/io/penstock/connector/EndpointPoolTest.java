package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.BreakerState;
import io.penstock.event.Endpoint;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndpointPoolTest {
    private final ManualWorker clock = new ManualWorker();
    private final EndpointPool pool = new EndpointPool(clock, false);

    private static ModelCard card(String... urls) {
        return Samples.card("m")
                .setEndpoints(List.of(urls).stream()
                        .map(url -> Endpoint.newBuilder().setUrl(url).build())
                        .toList())
                .build();
    }

    private static BackendAnswer failed(ErrorClass errorClass) {
        return BackendAnswer.failed(Failure.retryable(errorClass, "it failed"), Usage.NONE, false, "");
    }

    private EndpointPool.Lease lease() {
        return Objects.requireNonNull(pool.lease(), "no endpoint may be called");
    }

    private void calls(int times, BackendAnswer answer) {
        for (int i = 0; i < times; i++) {
            lease().ended(answer);
        }
    }

    @Test
    void shouldOpenWhenMostCallsFail() {
        // Given
        pool.use(card("http://a"));
        calls(9, failed(ErrorClass.SERVER_ERROR));
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);

        // When
        calls(1, failed(ErrorClass.TIMEOUT));

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.OPEN);
        assertThat(pool.permits()).isFalse();
        assertThat(pool.lease()).isNull();
    }

    @Test
    void shouldStayClosedWhenHalfOfTheCallsFail() {
        // Given
        pool.use(card("http://a"));

        // When
        for (int i = 0; i < 50; i++) {
            calls(1, failed(ErrorClass.CONNECTION));
            calls(1, Samples.answer());
        }

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorClass.class,
            names = {"BAD_REQUEST", "CONTENT_FILTER", "TOO_LARGE", "NOT_RECORDED", "RATE_LIMITED"})
    void shouldNotTakeWhatIsNotTheEndpointsIllnessForOne(ErrorClass errorClass) {
        // Given
        pool.use(card("http://a"));

        // When
        calls(40, failed(errorClass));

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldLetTwoThroughAfterAWhileAndCloseWhenTheySucceed() {
        // Given
        pool.use(card("http://a"));
        calls(10, failed(ErrorClass.SERVER_ERROR));

        // When
        clock.pass(Duration.ofSeconds(4));
        pool.tick();
        assertThat(pool.state()).isEqualTo(BreakerState.OPEN);
        clock.pass(Duration.ofSeconds(2));
        pool.tick();

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.HALF_OPEN);
        EndpointPool.Lease first = lease();
        EndpointPool.Lease second = lease();
        assertThat(pool.lease()).isNull();
        first.ended(Samples.answer());
        second.ended(Samples.answer());
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldWaitLongerWhenTheProbesFail() {
        // Given
        pool.use(card("http://a"));
        calls(10, failed(ErrorClass.SERVER_ERROR));
        clock.pass(Duration.ofSeconds(6));

        // When
        calls(2, failed(ErrorClass.SERVER_ERROR));

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.OPEN);
        clock.pass(Duration.ofSeconds(8));
        assertThat(pool.permits()).isFalse();
        clock.pass(Duration.ofSeconds(4));
        assertThat(pool.permits()).isTrue();
    }

    @Test
    void shouldNotTakeAnOldCallForAProbe() {
        // Given
        pool.use(card("http://a"));
        EndpointPool.Lease slow = lease();
        EndpointPool.Lease slower = lease();
        calls(10, failed(ErrorClass.SERVER_ERROR));
        clock.pass(Duration.ofSeconds(6));
        pool.tick();

        // When
        slow.ended(Samples.answer());
        slower.ended(Samples.answer());

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void shouldGiveAProbeBackThatEndedForAnotherReason() {
        // Given
        pool.use(card("http://a"));
        calls(10, failed(ErrorClass.SERVER_ERROR));
        clock.pass(Duration.ofSeconds(6));
        EndpointPool.Lease probe = lease();
        EndpointPool.Lease other = lease();
        assertThat(pool.permits()).isFalse();

        // When
        probe.ended(BackendAnswer.cancelled("client", true));
        other.ended(failed(ErrorClass.RATE_LIMITED));

        // Then
        calls(2, Samples.answer());
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldCallAnotherEndpointWhileOneIsOpen() {
        // Given
        pool.use(card("http://a", "http://b"));
        String dead = lease().card().getEndpoints().get(0).getUrl();

        // When
        for (int i = 0; i < 40; i++) {
            EndpointPool.Lease lease = lease();
            boolean ill = lease.card().getEndpoints().get(0).getUrl().equals(dead);
            lease.ended(ill ? failed(ErrorClass.SERVER_ERROR) : Samples.answer());
        }

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(lease().card().getEndpoints()).extracting(Endpoint::getUrl).doesNotContain(dead);
        assertThat(pool.describe().build().getEndpointsOpen()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheBreakerOfAnEndpointThatStaysInTheCard() {
        // Given
        pool.use(card("http://a"));
        calls(10, failed(ErrorClass.SERVER_ERROR));

        // When
        pool.use(card("http://a", "http://b"));

        // Then
        assertThat(pool.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(pool.describe().build().getEndpointsOpen()).isEqualTo(1);
        pool.use(card("http://a"));
        assertThat(pool.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void shouldNeverOpenInAReplay() {
        // Given
        EndpointPool replay = new EndpointPool(clock, true);
        replay.use(card("http://a"));

        // When
        for (int i = 0; i < 100; i++) {
            Objects.requireNonNull(replay.lease()).ended(failed(ErrorClass.SERVER_ERROR));
        }

        // Then
        assertThat(replay.state()).isEqualTo(BreakerState.CLOSED);
    }
}
