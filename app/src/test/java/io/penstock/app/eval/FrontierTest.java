package io.penstock.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrontierTest {

    /** Amount and quality of single models, their hull's size and its AIQ, as another program published them. */
    static Stream<Arguments> published() {
        return Stream.of(
                Arguments.of(
                        "mmlupro",
                        0.6701,
                        4,
                        "0.03134:0.4239 0.0327:0.4486 0.04807:0.6410 0.05353:0.2896 0.06867:0.4239 "
                                + "0.1636:0.4217 0.238:0.6308 0.2529:0.3660 0.3068:0.4741 0.6675:0.4969 "
                                + "0.6947:0.7062"),
                Arguments.of(
                        "zeroeval",
                        0.8329,
                        5,
                        "0.04671:0.5637 0.04923:0.3226 0.05604:0.5589 0.07365:0.5815 0.07448:0.6970 "
                                + "0.07714:0.5458 0.0857:0.7387 0.2137:0.7833 0.2955:0.5613 0.3052:0.7071 "
                                + "0.3168:0.5679 0.3385:0.6042 0.3616:0.7256 1.177:0.7196 1.271:0.7571 1.581:0.7702 "
                                + "1.608:0.7732 3.413:0.8268 3.453:0.8393 17.05:0.7363"),
                Arguments.of(
                        "zeroeval8",
                        0.8076,
                        5,
                        "0.04671:0.5637 0.07448:0.6970 0.0857:0.7387 0.2137:0.7833 0.3385:0.6042 "
                                + "0.3616:0.7256 3.413:0.8268 3.453:0.8393"),
                Arguments.of(
                        "zeroeval8-latency",
                        0.8203,
                        3,
                        "1786:0.6042 2104:0.6970 3345:0.8393 3750:0.8268 6100:0.5637 7398:0.7833 "
                                + "8067:0.7256 9609:0.7387"),
                Arguments.of(
                        "zeroeval-open-energy",
                        0.7260,
                        6,
                        "16.06:0.3226 26.57:0.5589 27.13:0.5458 29.26:0.5815 57.75:0.5637 100.1:0.5679 "
                                + "142.6:0.7071 271:0.7256 905.7:0.7702"),
                Arguments.of("pareto", 0.9296, 4, "0.02873:0.7929 0.5049:0.9247 0.8821:0.9278 14.94:0.9363"),
                Arguments.of("family4", 0.6774, 3, "0.03536:0.4704 0.05308:0.6516 0.2615:0.6488 0.7862:0.7088"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("published")
    void shouldFindThePublishedHullAndItsMeanHeight(String pool, double aiq, int size, String models) {
        // Given
        List<Frontier.Point> points = Arrays.stream(models.split(" "))
                .map(model -> model.split(":"))
                .map(pair -> new Frontier.Point(Double.parseDouble(pair[0]), Double.parseDouble(pair[1])))
                .toList();
        double least = points.stream().mapToDouble(Frontier.Point::amount).min().orElseThrow();
        double most = points.stream().mapToDouble(Frontier.Point::amount).max().orElseThrow();
        // When
        Frontier frontier = Frontier.of(points);
        // Then
        assertThat(frontier.hull()).hasSize(size);
        // The published amounts have four digits.
        assertThat(frontier.aiq(least, most)).isCloseTo(aiq, within(1.01e-4));
    }

    @Test
    void shouldHoldWhatIsDearerAndNoBetterOffTheHull() {
        // Given
        Frontier.Point cheap = new Frontier.Point(1, 0.2);
        Frontier.Point good = new Frontier.Point(3, 0.8);
        List<Frontier.Point> points = List.of(
                new Frontier.Point(5, 0.8),
                good,
                new Frontier.Point(2, 0.4),
                new Frontier.Point(4, 0.1),
                cheap,
                new Frontier.Point(1, 0.1));
        // When
        Frontier frontier = Frontier.of(points);
        // Then
        assertThat(frontier.hull()).containsExactly(cheap, good);
        assertThat(frontier.height(2)).isCloseTo(0.5, within(1e-12));
        assertThat(frontier.aiq(1, 5)).isCloseTo((0.5 * 2 + 0.8 * 2) / 4, within(1e-12));
        assertThat(frontier.aiq(0, 3)).isCloseTo((0.2 + 0.5 * 2) / 3, within(1e-12));
        assertThat(frontier.aiq(1.5, 2.5)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void shouldKeepASinglePointAndRefuseARangeWithoutLength() {
        // Given
        Frontier frontier = Frontier.of(List.of(new Frontier.Point(2, 0.5)));
        // Then
        assertThat(frontier.aiq(1, 4)).isCloseTo(0.5, within(1e-12));
        assertThatThrownBy(() -> frontier.aiq(2, 2)).hasMessage("the range must have a length, but is 2.0 to 2.0");
    }
}
