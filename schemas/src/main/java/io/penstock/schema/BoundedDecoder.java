package io.penstock.schema;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding over one byte array, for input that nobody vouches for. Avro's own decoder believes an announced
 * length and allocates it; this one never allocates more than the input holds, and bounds the items of all collections, so
 * that a few bytes cannot become gigabytes. Not thread-safe; reusable.
 */
final class BoundedDecoder extends Decoder {
    /** Items in all arrays and maps of one event: far above any real one, far below what hurts. */
    static final long MAX_ITEMS = 1_000_000;

    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;
    private static final byte[] NONE = new byte[0];

    private byte[] input = NONE;
    private int position;
    private int end;
    private long items;

    void start(byte[] bytes, int offset) {
        input = bytes;
        position = offset;
        end = bytes.length;
        items = 0;
    }

    /** Lets go of the input. */
    void release() {
        start(NONE, 0);
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    @Override
    public void readNull() {
        // A null has no bytes.
    }

    @Override
    public boolean readBoolean() throws IOException {
        int value = readByte();
        if (value > 1) {
            throw new CorruptValueException("a boolean must be 0 or 1");
        }
        return value == 1;
    }

    @Override
    public int readInt() throws IOException {
        long value = readVarint(MAX_INT_BYTES);
        if (value > 0xFFFFFFFFL) {
            throw new CorruptValueException("an int has more than 32 bits");
        }
        int raw = (int) value;
        return (raw >>> 1) ^ -(raw & 1);
    }

    @Override
    public long readLong() throws IOException {
        long raw = readVarint(MAX_LONG_BYTES);
        return (raw >>> 1) ^ -(raw & 1);
    }

    private long readVarint(int maxBytes) throws IOException {
        long value = 0;
        for (int i = 0; i < maxBytes; i++) {
            int next = readByte();
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                if (i == MAX_LONG_BYTES - 1 && next > 1) {
                    break;
                }
                return value;
            }
        }
        throw new CorruptValueException("a number has more bits than its type");
    }

    private int readByte() throws IOException {
        if (position >= end) {
            throw new EOFException();
        }
        return input[position++] & 0xFF;
    }

    @Override
    public float readFloat() throws IOException {
        return Float.intBitsToFloat((int) readLittleEndian(Float.BYTES));
    }

    @Override
    public double readDouble() throws IOException {
        return Double.longBitsToDouble(readLittleEndian(Double.BYTES));
    }

    private long readLittleEndian(int bytes) throws IOException {
        int from = take(bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << Byte.SIZE | (input[from + i] & 0xFF);
        }
        return value;
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        int length = readLength();
        int from = take(length);
        byte[] copy = new byte[length];
        System.arraycopy(input, from, copy, 0, length);
        return new Utf8(copy);
    }

    @Override
    public String readString() throws IOException {
        int length = readLength();
        return new String(input, take(length), length, StandardCharsets.UTF_8);
    }

    @Override
    public void skipString() throws IOException {
        skipBytes();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        int length = readLength();
        byte[] copy = new byte[length];
        System.arraycopy(input, take(length), copy, 0, length);
        return ByteBuffer.wrap(copy);
    }

    @Override
    public void skipBytes() throws IOException {
        take(readLength());
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        System.arraycopy(input, take(length), bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        take(length);
    }

    @Override
    public int readEnum() throws IOException {
        return readIndex();
    }

    @Override
    public int readIndex() throws IOException {
        int index = readInt();
        if (index < 0) {
            throw new CorruptValueException("a union branch or enum symbol is negative");
        }
        return index;
    }

    @Override
    public long readArrayStart() throws IOException {
        return readBlock();
    }

    @Override
    public long arrayNext() throws IOException {
        return readBlock();
    }

    @Override
    public long skipArray() throws IOException {
        return skipBlocks();
    }

    @Override
    public long readMapStart() throws IOException {
        return readBlock();
    }

    @Override
    public long mapNext() throws IOException {
        return readBlock();
    }

    @Override
    public long skipMap() throws IOException {
        return skipBlocks();
    }

    private long readBlock() throws IOException {
        long count = readLong();
        if (count < 0) {
            count = -count;
            // Size of the block in bytes: only of use to skip it.
            readLength();
        }
        return admit(count);
    }

    /** Skips blocks that say their size; the caller must skip the items of one that does not. */
    private long skipBlocks() throws IOException {
        long count = readLong();
        while (count < 0) {
            take(readLength());
            count = readLong();
        }
        return admit(count);
    }

    private long admit(long count) throws IOException {
        // Every item of our records has at least one byte.
        if (count < 0 || count > remaining()) {
            throw new EOFException();
        }
        items += count;
        if (items > MAX_ITEMS) {
            throw new CorruptValueException("arrays and maps have more than " + MAX_ITEMS + " items");
        }
        return count;
    }

    private int readLength() throws IOException {
        long length = readLong();
        if (length < 0) {
            throw new CorruptValueException("a length is negative");
        }
        if (length > remaining()) {
            throw new EOFException();
        }
        return (int) length;
    }

    private int take(int length) throws IOException {
        if (length > remaining()) {
            throw new EOFException();
        }
        int from = position;
        position += length;
        return from;
    }

    /** A value that the encoding does not allow; the message never has any of it. */
    static final class CorruptValueException extends IOException {
        CorruptValueException(String message) {
            super(message);
        }
    }
}
