package io.penstock.topology.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.ResponseKind;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;

final class LifeStoresTest {
    private static final long DUE = 1_700_000_300_000L;

    private final JoinSettings settings = JoinSettings.defaults();
    private final KeyValueStore<String, byte[]> lives = opened(Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(JoinNames.LIVES), Serdes.String(), Serdes.ByteArray()));

    @Test
    void shouldKnowTheTimersOfItsLivesWhenATaskStartsAgain() {
        // Given
        Identity identity = new Identity("default", "r1");
        Life parked =
                new Life(new State.Unknown(), List.of(new Waiting(new Event.CompletionSeen(Events.success(1)), DUE)));
        stores().save(identity, Life.unknown(), parked);

        // When
        LifeStores started = stores();

        // Then
        assertThat(started.due(DUE - 1, 10, timer -> true)).isEmpty();
        assertThat(started.due(DUE, 10, timer -> true))
                .containsExactly(new TimerIndex.Due(identity, new Timer(DUE, TimerKind.PARKING)));
        assertThat(started.load(identity, DUE)).isEqualTo(parked);
    }

    @Test
    void shouldForgetAClosedRequestAfterTheHorizonAlsoWhileItIsInMemory() {
        // Given
        LifeStores stores = stores();
        Identity identity = new Identity("default", "r1");
        OpenRequest request = OpenRequest.of(Events.dispatch(1));
        Closed closed = Closed.of(ResponseKind.ANSWERED, request, null, DUE);
        long horizon = settings.horizon().toMillis();

        // When
        stores.save(identity, Life.unknown(), new Life(closed, List.of()));

        // Then
        assertThat(stores.load(identity, DUE + horizon).state()).isEqualTo(closed);
        assertThat(stores.load(identity, DUE + horizon + 1)).isEqualTo(Life.unknown());
    }

    /** A task's stores as they are at its start: of the lives what was written, of the timers nothing. */
    private LifeStores stores() {
        MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(DUE - Duration.ofMinutes(5).toMillis());
        KeyValueStore<Bytes, byte[]> timers = opened(Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(JoinNames.TIMERS), Serdes.Bytes(), Serdes.ByteArray()));
        WindowStore<String, byte[]> closed = opened(Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(
                        JoinNames.CLOSED, settings.horizon().multipliedBy(2), settings.horizon(), false),
                Serdes.String(),
                Serdes.ByteArray()));
        context.addStateStore(lives);
        context.addStateStore(timers);
        context.addStateStore(closed);
        return new LifeStores(context, new LifeCodec(EventCodec.local()), settings);
    }

    private static <S extends StateStore> S opened(StoreBuilder<S> builder) {
        S store = builder.withLoggingDisabled().build();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        return store;
    }
}
