package io.penstock.topology;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what {@link StateWriter} wrote; bytes that it cannot have written are an {@link IllegalStateException}. */
public final class StateReader {
    private static final int MAX_VARINT_BITS = 63;

    private final ByteBuffer in;

    private StateReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /** Reads a value that must fill all of the bytes. */
    public static <T> T read(String what, int version, byte[] bytes, Function<StateReader, T> body) {
        StateReader reader = new StateReader(bytes);
        try {
            int found = reader.readByte();
            if (found != version) {
                throw new IllegalStateException(
                        what + " has format version " + found + ", but this build reads version " + version);
            }
            T value = body.apply(reader);
            if (reader.in.hasRemaining()) {
                throw new IllegalStateException(what + " has " + reader.in.remaining() + " bytes too many");
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new IllegalStateException(what + " ends after " + bytes.length + " bytes inside a value", e);
        }
    }

    public int readByte() {
        return in.get() & 0xFF;
    }

    public boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw new IllegalStateException("flag " + value + " must be 0 or 1");
        }
        return value == 1;
    }

    public <E extends Enum<E>> E readEnum(E[] values) {
        int ordinal = readByte();
        if (ordinal >= values.length) {
            throw new IllegalStateException(
                    "ordinal " + ordinal + " must be below " + values.length + ": possible corruption");
        }
        return values[ordinal];
    }

    public long readVar() {
        long result = 0;
        for (int shift = 0; shift <= MAX_VARINT_BITS; shift += 7) {
            int part = readByte();
            result |= (part & 0x7FL) << shift;
            if ((part & 0x80) == 0) {
                return (result >>> 1) ^ -(result & 1);
            }
        }
        throw new IllegalStateException("varint is longer than 10 bytes: possible corruption");
    }

    public int readInt() {
        return Math.toIntExact(readVar());
    }

    public long readLong() {
        return in.getLong();
    }

    public double readDouble() {
        return in.getDouble();
    }

    public float readFloat() {
        return in.getFloat();
    }

    private int readLength() {
        long length = readVar();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException(
                    "length " + length + " must be within the " + in.remaining() + " bytes left: possible corruption");
        }
        return (int) length;
    }

    public byte[] readBytes() {
        byte[] bytes = new byte[readLength()];
        in.get(bytes);
        return bytes;
    }

    public String readText() {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    @Nullable
    public String readOptionalText() {
        return readOptional(this::readText);
    }

    public Map<String, String> readTexts() {
        int size = readLength();
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            texts.put(readText(), readText());
        }
        return texts;
    }

    public <T> @Nullable T readOptional(Supplier<T> reader) {
        return readBoolean() ? reader.get() : null;
    }

    public <T> List<T> readList(Supplier<T> reader) {
        int size = readLength();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(reader.get());
        }
        return values;
    }
}
