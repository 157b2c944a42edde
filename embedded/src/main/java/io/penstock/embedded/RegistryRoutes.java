package io.penstock.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Every endpoint, one line each: the part of Confluent's API that its serializers, clients and common tools call. */
final class RegistryRoutes {
    private final SchemaRegistry registry;
    private final List<Route> routes = new ArrayList<>();

    /** One endpoint; a segment {@code *} takes any text. */
    private record Route(String method, List<String> segments, Function<RegistryRequest, JsonNode> action) {
        boolean matches(List<String> path) {
            if (path.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < path.size(); i++) {
                if (!segments.get(i).equals("*") && !segments.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    RegistryRoutes(SchemaRegistry registry) {
        this.registry = registry;
        RegistryLevels levels = new RegistryLevels(registry);
        add("GET", "", r -> RegistryJson.object());
        add("GET", "subjects", this::subjects);
        add("POST", "subjects/*", this::lookup);
        add("DELETE", "subjects/*", this::deleteSubject);
        add("GET", "subjects/*/versions", this::versions);
        add("POST", "subjects/*/versions", this::register);
        add("GET", "subjects/*/versions/*", r -> RegistryJson.of(version(r)));
        add("DELETE", "subjects/*/versions/*", this::deleteVersion);
        add(
                "GET",
                "subjects/*/versions/*/schema",
                r -> RegistryJson.read(version(r).text()));
        add("GET", "subjects/*/versions/*/referencedby", r -> RegistryJson.array(registry.referencedBy(version(r))));
        add("GET", "schemas/ids/*", this::byId);
        add(
                "GET",
                "schemas/ids/*/schema",
                r -> RegistryJson.read(registry.byId(r.id(2)).get(0).text()));
        add("GET", "schemas/ids/*/subjects", this::subjectsById);
        add("GET", "schemas/ids/*/versions", this::versionsById);
        add("GET", "schemas/types", r -> RegistryJson.array(List.of("AVRO")));
        add("GET", "contexts", r -> RegistryJson.array(List.of(".")));
        add("POST", "compatibility/subjects/*/versions", r -> levels.checkAll(r));
        add("POST", "compatibility/subjects/*/versions/*", r -> levels.checkOne(r));
        add("GET", "config", r -> levels.globalLevel());
        add("PUT", "config", r -> levels.setLevel(r, Optional.empty()));
        add("DELETE", "config", r -> levels.removeLevel(Optional.empty()));
        add("GET", "config/*", r -> levels.level(r));
        add("PUT", "config/*", r -> levels.setLevel(r, Optional.of(r.segment(1))));
        add("DELETE", "config/*", r -> levels.removeLevel(Optional.of(r.segment(1))));
        add("GET", "mode", r -> levels.globalMode());
        add("PUT", "mode", r -> levels.setMode(r, Optional.empty()));
        add("GET", "mode/*", r -> levels.mode(r));
        add("PUT", "mode/*", r -> levels.setMode(r, Optional.of(r.segment(1))));
        add("DELETE", "mode/*", r -> levels.removeMode(r));
    }

    private void add(String method, String path, Function<RegistryRequest, JsonNode> action) {
        routes.add(new Route(method, path.isEmpty() ? List.of() : List.of(path.split("/")), action));
    }

    /** Answers with JSON and status 200, or throws what to answer instead. */
    JsonNode answer(RegistryRequest request) {
        LinkedHashSet<String> methods = new LinkedHashSet<>();
        for (Route route : routes) {
            if (route.matches(request.path())) {
                if (route.method().equals(request.method())) {
                    return route.action().apply(request);
                }
                methods.add(route.method());
            }
        }
        if (methods.isEmpty()) {
            throw new RegistryException(404, "HTTP 404 Not Found: no such endpoint");
        }
        throw new RegistryException(405, "HTTP 405 Method Not Allowed: use " + String.join(" or ", methods));
    }

    private JsonNode subjects(RegistryRequest r) {
        boolean deletedToo = r.flag("deleted");
        boolean deletedOnly = r.flag("deletedOnly");
        String prefix = r.query("subjectPrefix").orElse("");
        List<StoredSchema> shown = registry.state()
                .find(s -> s.subject().startsWith(prefix) && (deletedOnly ? s.deleted() : deletedToo || !s.deleted()));
        return RegistryJson.array(
                shown.stream().map(StoredSchema::subject).distinct().toList());
    }

    private JsonNode register(RegistryRequest r) {
        StoredSchema schema = registry.register(r.segment(1), r.schema(), r.references());
        return RegistryJson.object().put("id", schema.id()).put("version", schema.version());
    }

    private JsonNode lookup(RegistryRequest r) {
        return RegistryJson.of(registry.lookup(r.segment(1), r.schema(), r.references(), r.flag("deleted")));
    }

    private JsonNode versions(RegistryRequest r) {
        return RegistryJson.array(registry.versions(r.segment(1), r.flag("deleted")).stream()
                .map(StoredSchema::version)
                .toList());
    }

    private StoredSchema version(RegistryRequest r) {
        return registry.version(r.segment(1), r.version(3), r.flag("deleted"));
    }

    private JsonNode deleteSubject(RegistryRequest r) {
        String subject = r.segment(1);
        List<StoredSchema> all = registry.versions(subject, true);
        boolean gone = all.stream().allMatch(StoredSchema::deleted);
        if (r.flag("permanent") && !gone) {
            throw new RegistryException(
                    40405, "Subject '" + subject + "' was not deleted first before being permanently deleted");
        }
        if (!r.flag("permanent") && gone) {
            throw new RegistryException(
                    40404, "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
        }
        List<StoredSchema> doomed =
                gone ? all : all.stream().filter(s -> !s.deleted()).toList();
        return RegistryJson.array(registry.delete(doomed, gone));
    }

    private JsonNode deleteVersion(RegistryRequest r) {
        boolean permanent = r.flag("permanent");
        StoredSchema schema = registry.version(r.segment(1), r.version(3), true);
        String name = "Subject '" + schema.subject() + "' Version " + schema.version();
        if (permanent && !schema.deleted()) {
            throw new RegistryException(40407, name + " was not deleted first before being permanently deleted");
        }
        if (!permanent && schema.deleted()) {
            throw new RegistryException(40406, name + " was soft deleted. Set permanent=true to delete permanently");
        }
        registry.delete(List.of(schema), permanent);
        return RegistryJson.array(List.of(schema.version())).get(0);
    }

    private JsonNode byId(RegistryRequest r) {
        StoredSchema schema = registry.byId(r.id(2)).get(0);
        ObjectNode node = RegistryJson.object().put("schema", schema.text());
        if (!schema.references().isEmpty()) {
            node.set("references", RegistryJson.references(schema));
        }
        return r.flag("fetchMaxId") ? node.put("maxId", registry.state().maxId()) : node;
    }

    private List<StoredSchema> shownById(RegistryRequest r) {
        boolean deletedToo = r.flag("deleted");
        return registry.byId(r.id(2)).stream()
                .filter(s -> deletedToo || !s.deleted())
                .toList();
    }

    private JsonNode subjectsById(RegistryRequest r) {
        return RegistryJson.array(
                shownById(r).stream().map(StoredSchema::subject).distinct().toList());
    }

    private JsonNode versionsById(RegistryRequest r) {
        return RegistryJson.array(shownById(r).stream()
                .map(s -> RegistryJson.object().put("subject", s.subject()).put("version", s.version()))
                .toList());
    }
}
