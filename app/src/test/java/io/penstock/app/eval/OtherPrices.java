package io.penstock.app.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.connector.recorded.RecordedSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The same recordings, with list prices that have nothing to do with what the answers cost. */
record OtherPrices(RecordedSource recordings) implements RecordedSource {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public @Nullable InputStream open(String name) throws IOException {
        InputStream file = recordings.open(name);
        if (file == null || !name.equals("models.json")) {
            return file;
        }
        JsonNode root = MAPPER.readTree(file);
        double price = 100;
        for (JsonNode card : root) {
            ((ObjectNode) card).put("usd_per_1m_input", price).put("usd_per_1m_output", price);
            price /= 3;
        }
        return new ByteArrayInputStream(MAPPER.writeValueAsBytes(root));
    }

    @Override
    public String describe() {
        return "other prices over " + recordings.describe();
    }
}
