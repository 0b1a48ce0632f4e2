"""What can be chosen from the catalogue: by its letters, never by likeness."""

from __future__ import annotations

import pytest

from concord.knowledge.catalogue import Catalogue, load_catalogue
from concord.knowledge.choosing import beginning, products


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_names_are_listed_by_their_first_letters_the_shortest_first(
    catalogue: Catalogue,
) -> None:
    names = [found.name for found in beginning(catalogue, " Sertra", 20)]
    assert names == ["sertraline"]
    assert len(beginning(catalogue, "met", 5)) == 5
    lengths = [len(found.name) for found in beginning(catalogue, "met", 50)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("text", ["", "s", "  ", "sertralien", "%", "se%"])
def test_nothing_is_listed_for_one_letter_or_for_a_likeness(
    catalogue: Catalogue, text: str
) -> None:
    assert beginning(catalogue, text, 20) == ()


def test_a_brand_has_its_own_products_and_a_generic_those_without_a_brand(
    catalogue: Catalogue,
) -> None:
    for name, brand in (("sertraline", None), ("Zoloft", "Zoloft")):
        meant = catalogue.by_name(name)
        assert meant is not None
        found = products(catalogue, meant)
        assert found
        assert {product.found.brand for product in found} == {brand}


@pytest.mark.parametrize("name", ["sertraline", "Suboxone", "bupropion", "Zoloft"])
def test_the_words_of_a_product_are_read_back_as_the_same_ingredients(
    catalogue: Catalogue, name: str
) -> None:
    meant = catalogue.by_name(name)
    assert meant is not None
    for product in products(catalogue, meant):
        again = catalogue.by_name(product.text)
        assert again is not None, product.text
        assert again.bases == meant.bases
