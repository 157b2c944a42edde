package io.penstock.learner.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AccountFormatTest {
    private static OwnerAccount sample() {
        Span period = new Span(1_000, 61_000);
        OwnerAccount before = OwnerAccount.first(period, new Terms(3, 5_000, 4_000));
        before.ledger().report(new Spender("online", 0), new SpenderReport(1, 9, 0, 3, 2, 4));
        before.advance(2_500);
        OwnerAccount account = before.next(new Span(61_000, 121_000), new Terms(4, 6_000, 4_500));
        account.ledger().report(new Spender("online", 0), new SpenderReport(7, 900, 40, 300, 5, 80));
        account.ledger().report(new Spender("batch", 2), new SpenderReport(2, 100, 0, 90, 1, 1_000));
        account.ledger().settle(0, new Settlement(3, 500, 200, 350));
        account.advance(70_000);
        account.nextPublication();
        return account;
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = AccountFormatTest.class.getResourceAsStream("account-v1.hex")) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    @Test
    void shouldReadAndWriteTheGoldenFile() throws IOException {
        // When
        byte[] bytes = AccountFormat.toBytes(sample());

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(golden()));
        assertThat(AccountFormat.toBytes(AccountFormat.fromBytes(golden()))).isEqualTo(golden());
    }

    @Test
    void shouldGoOnFromItsBytesAsIfNothingHadHappened() {
        // Given
        OwnerAccount account = sample();
        OwnerAccount restored = AccountFormat.fromBytes(AccountFormat.toBytes(account));

        // When
        for (OwnerAccount each : new OwnerAccount[] {account, restored}) {
            each.ledger().report(new Spender("batch", 2), new SpenderReport(3, 1_100, 0, 700, 9, 2_000));
            each.advance(90_000);
        }

        // Then
        assertThat(restored.price()).isEqualTo(account.price());
        assertThat(AccountFormat.toBytes(restored)).isEqualTo(AccountFormat.toBytes(account));
    }

    @Test
    void shouldSayWhatIsWrongWithBytes() throws IOException {
        byte[] golden = golden();
        byte[] other = golden.clone();
        other[7] = 9;

        assertThatThrownBy(() -> AccountFormat.fromBytes(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format version 1, but has");
        assertThatThrownBy(() -> AccountFormat.fromBytes(Arrays.copyOf(golden, golden.length - 1)))
                .hasMessageContaining("inside a value");
        assertThatThrownBy(() -> AccountFormat.fromBytes(Arrays.copyOf(golden, golden.length + 2)))
                .hasMessageContaining("2 bytes too many");
    }
}
