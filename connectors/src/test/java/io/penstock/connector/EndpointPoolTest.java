package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.BreakerState;
import io.penstock.event.Endpoint;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        return Objects.requireNonNull(pool.lease(7, null), "no endpoint may be called");
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
        assertThat(pool.lease(7, null)).isNull();
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
        assertThat(pool.lease(7, null)).isNull();
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
        EndpointPool.Lease one = lease();
        one.ended(failed(ErrorClass.SERVER_ERROR));
        String dead = url(one);

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
            Objects.requireNonNull(replay.lease(7, null)).ended(failed(ErrorClass.SERVER_ERROR));
        }

        // Then
        assertThat(replay.state()).isEqualTo(BreakerState.CLOSED);
    }

    private static String url(EndpointPool.Lease lease) {
        return lease.card().getEndpoints().get(0).getUrl();
    }

    private EndpointPool.Lease lease(long prefix) {
        return Objects.requireNonNull(pool.lease(prefix, null), "no endpoint may be called");
    }

    @Test
    void shouldSendWhatBeginsAlikeToTheSameEndpointWhileItIsNotBusier() {
        // Given
        pool.use(card("http://a", "http://b", "http://c", "http://d"));

        // When
        Map<Long, Set<String>> used = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            long prefix = i % 40;
            EndpointPool.Lease lease = lease(prefix);
            used.computeIfAbsent(prefix, key -> new HashSet<>()).add(url(lease));
            lease.ended(Samples.answer());
        }

        // Then
        assertThat(used.values()).allSatisfy(urls -> assertThat(urls).hasSize(1));
        assertThat(used.values().stream().flatMap(Set::stream).distinct()).hasSize(4);
    }

    @Test
    void shouldShareTheCallsOfOnePrefixWhenTheyAreMany() {
        // Given
        pool.use(card("http://a", "http://b", "http://c", "http://d"));

        // When
        List<EndpointPool.Lease> open =
                IntStream.range(0, 80).mapToObj(i -> lease(7)).toList();

        // Then: none has more than its share by a quarter, rounded up
        Map<String, Long> byUrl =
                open.stream().collect(Collectors.groupingBy(EndpointPoolTest::url, Collectors.counting()));
        assertThat(byUrl).hasSize(4);
        assertThat(byUrl.values()).allSatisfy(calls -> assertThat(calls).isLessThanOrEqualTo(26));
    }

    @Test
    void shouldCallAnotherEndpointAfterAFailure() {
        // Given
        pool.use(card("http://a", "http://b"));
        EndpointPool.Lease first = lease();
        first.ended(failed(ErrorClass.SERVER_ERROR));

        // When
        EndpointPool.Lease second = pool.lease(7, first);

        // Then
        assertThat(url(Objects.requireNonNull(second))).isNotEqualTo(url(first));
    }

    @Test
    void shouldCallTheSameEndpointAgainIfThereIsNoOther() {
        // Given
        pool.use(card("http://a"));
        EndpointPool.Lease first = lease();
        first.ended(failed(ErrorClass.SERVER_ERROR));

        // When
        EndpointPool.Lease second = pool.lease(7, first);

        // Then
        assertThat(second).isNotNull();
    }

    @Test
    void shouldGiveANewEndpointItsShareLittleByLittle() {
        // Given
        pool.use(card("http://a"));
        pool.use(card("http://a", "http://new"));

        // When
        long cold = callsOf("http://new", 40);
        clock.pass(Duration.ofSeconds(31));
        long warm = callsOf("http://new", 40);

        // Then
        assertThat(cold).isBetween(1L, 8L);
        assertThat(warm).isBetween(15L, 25L);
    }

    private long callsOf(String endpoint, int atOnce) {
        List<EndpointPool.Lease> open =
                IntStream.range(0, atOnce).mapToObj(this::lease).toList();
        open.forEach(lease -> lease.ended(Samples.answer()));
        return open.stream().filter(lease -> url(lease).equals(endpoint)).count();
    }

    @Test
    void shouldTryAnEndpointAgainThoughOthersAreFine() {
        // Given
        pool.use(card("http://a", "http://b"));
        EndpointPool.Lease one = lease();
        one.ended(failed(ErrorClass.SERVER_ERROR));
        String dead = url(one);
        for (int i = 0; i < 100; i++) {
            EndpointPool.Lease lease = lease(i);
            lease.ended(url(lease).equals(dead) ? failed(ErrorClass.SERVER_ERROR) : Samples.answer());
        }
        assertThat(pool.describe().build().getEndpointsOpen()).isEqualTo(1);

        // When
        clock.pass(Duration.ofSeconds(6));
        EndpointPool.Lease probe = lease();
        EndpointPool.Lease other = lease();
        probe.ended(Samples.answer());
        other.ended(Samples.answer());

        // Then
        assertThat(List.of(url(probe), url(other))).containsOnly(dead);
        assertThat(pool.describe().build().getEndpointsOpen()).isZero();
    }

    @Test
    void shouldHashTheBeginningOfAPromptOnly() {
        String begin = "x".repeat(PromptPrefix.CHARACTERS);
        assertThat(prefix(begin + "one")).isEqualTo(prefix(begin + "other"));
        assertThat(prefix("y" + begin)).isNotEqualTo(prefix(begin));
    }

    private static long prefix(String prompt) {
        return PromptPrefix.hash(Samples.dispatch("m", "r").setPrompt(prompt).build());
    }

    @Test
    void shouldCallAnotherWhileOneAsksToBeLeftAlone() {
        // Given
        pool.use(card("http://a", "http://b"));
        EndpointPool.Lease busy = lease();
        Failure failure = new Failure(ErrorClass.RATE_LIMITED, "429", true, Duration.ofSeconds(20));

        // When
        busy.ended(BackendAnswer.failed(failure, Usage.NONE, false, ""));

        // Then
        assertThat(callsOf(url(busy), 20)).isZero();
        assertThat(pool.heldUntil()).isNull();
        clock.pass(Duration.ofSeconds(21));
        assertThat(callsOf(url(busy), 20)).isPositive();
    }
}
