package io.penstock.learner.money;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** An {@link OwnerAccount} as bytes: family, format version, then its fields in order, big-endian. */
public final class AccountFormat {
    private static final int FAMILY = 0x50534d41;
    private static final int VERSION = 1;
    private static final int MOST_ENTRIES = 1_000_000;

    private AccountFormat() {}

    public static byte[] toBytes(OwnerAccount account) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(FAMILY);
            out.writeInt(VERSION);
            longs(out, List.of(account.period().start(), account.period().end()));
            Terms terms = account.terms();
            longs(out, List.of(terms.version(), terms.capNanos(), terms.targetNanos()));
            out.writeDouble(account.pacer().logPrice());
            out.writeLong(account.pacer().updatedAt());
            out.writeDouble(account.pacer().seenNanos());
            out.writeDouble(account.pacer().meanLogPrice());
            out.writeLong(account.publications());
            out.writeInt(account.demandBefore().size());
            longs(out, account.demandBefore());
            longs(out, account.demand());
            write(out, account.ledger());
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, GrantLedger ledger) throws IOException {
        out.writeInt(ledger.lines().size());
        for (var entry : ledger.lines().entrySet()) {
            out.writeUTF(entry.getKey().lane());
            out.writeInt(entry.getKey().partition());
            SpenderReport report = entry.getValue().report();
            longs(
                    out,
                    List.of(
                            entry.getValue().grantedNanos(),
                            report.version(),
                            report.reservedNanos(),
                            report.returnedNanos(),
                            report.predictedNanos(),
                            report.decisions(),
                            report.wantNanos()));
        }
        out.writeInt(ledger.settlements().size());
        for (var entry : ledger.settlements().entrySet()) {
            out.writeInt(entry.getKey());
            Settlement settled = entry.getValue();
            longs(
                    out,
                    List.of(
                            settled.attempts(),
                            settled.reservedNanos(),
                            settled.predictedNanos(),
                            settled.costNanos()));
        }
    }

    private static void longs(DataOutputStream out, List<Long> values) throws IOException {
        for (long value : values) {
            out.writeLong(value);
        }
    }

    /** @throws IllegalArgumentException that says what is wrong with the bytes */
    public static OwnerAccount fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int family = in.readInt();
            int version = in.readInt();
            if (family != FAMILY || version != VERSION) {
                throw new IllegalArgumentException("an account must have family " + FAMILY + " and format version "
                        + VERSION + ", but has " + family + " and " + version);
            }
            OwnerAccount account = read(in);
            if (in.available() > 0) {
                throw new IllegalArgumentException("an account has " + in.available() + " bytes too many");
            }
            return account;
        } catch (EOFException e) {
            throw new IllegalArgumentException("an account ends after " + bytes.length + " bytes inside a value", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("an account cannot be read: " + e.getMessage(), e);
        }
    }

    private static OwnerAccount read(DataInputStream in) throws IOException {
        Span period = new Span(in.readLong(), in.readLong());
        Terms terms = new Terms(in.readLong(), in.readLong(), in.readLong());
        Pacer pacer = new Pacer(in.readDouble(), in.readLong(), in.readDouble(), in.readDouble());
        long publications = in.readLong();
        List<Long> before = readLongs(in, size(in));
        List<Long> demand = readLongs(in, SpendPlan.BINS);
        GrantLedger ledger = new GrantLedger();
        for (int left = size(in); left > 0; left--) {
            Spender spender = new Spender(in.readUTF(), in.readInt());
            long granted = in.readLong();
            ledger.restore(
                    spender,
                    new GrantLedger.Line(
                            granted,
                            new SpenderReport(
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong(),
                                    in.readLong())));
        }
        for (int left = size(in); left > 0; left--) {
            int shard = in.readInt();
            ledger.settle(shard, new Settlement(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
        }
        OwnerAccount account = new OwnerAccount(period, terms, pacer, before, demand, ledger);
        account.restorePublications(publications);
        return account;
    }

    private static List<Long> readLongs(DataInputStream in, int count) throws IOException {
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readLong());
        }
        return values;
    }

    private static int size(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "a count must be from 0 to " + MOST_ENTRIES + ", but is " + size + ": possible corruption");
        }
        return size;
    }
}
