"""The frozen embedder gives what the product gives, chip by chip and number by number."""

import base64

import numpy as np
import pytest

from clipid_trainer.bundle import ARCFACE_112, Bundle, load_bundle
from clipid_trainer.cache import cached_frames, with_degraded
from clipid_trainer.chips import draw_chips, fit_similarity
from clipid_trainer.embedder import Embedder, network_input
from clipid_trainer.faces import read_people
from people import write_people
from product import BUNDLE, features_of


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(load_bundle(BUNDLE))


def made_up_faces() -> np.ndarray:
    """[4, 112, 112, 3]: coarse squares with fine noise, so that both framing and rounding show."""
    rng = np.random.default_rng(5)
    coarse = rng.integers(0, 200, (4, 14, 14, 3)).repeat(8, axis=1).repeat(8, axis=2)
    return (coarse + rng.integers(0, 56, coarse.shape)).astype(np.uint8)


def test_chips_and_features_are_the_products(embedder, tmp_path):
    faces = made_up_faces()
    wanted = features_of(faces.tobytes(), tmp_path)
    chips = draw_chips(faces, embedder.bundle)
    for chip, one in zip(chips, wanted, strict=True):
        assert chip.tobytes() == base64.b64decode(one["chip"])
    expected = np.array([one["feature"] for one in wanted])
    np.testing.assert_allclose(embedder.features(faces), expected, atol=1e-5)


def test_a_chip_in_the_framing_of_the_faces_is_the_face(embedder):
    faces = made_up_faces()
    own = Bundle(**{**vars(embedder.bundle), "chip_px": 112, "points_px": ARCFACE_112})
    np.testing.assert_array_equal(draw_chips(faces, own), faces)


def test_a_similarity_is_found_again():
    a, b, tx, ty = 0.8, -0.3, 5.0, -2.0
    source = (0.0, 0.0, 10.0, 1.0, 3.0, 7.0)
    target = tuple(
        value
        for u, v in zip(source[::2], source[1::2], strict=True)
        for value in (a * u - b * v + tx, b * u + a * v + ty)
    )
    np.testing.assert_allclose(fit_similarity(source, target), (a, b, tx, ty), rtol=1e-12)


def test_an_input_is_as_the_manifest_says():
    chip = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    pixels = {"layout": "NCHW", "colour": "BGR", "type": "float32", "mean": [2, 1, 0], "std": [1, 2, 4]}
    found = network_input(chip, pixels)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0, :, 0, 1], [(5 - 2) / 1, (4 - 1) / 2, 3 / 4])


def test_frames_are_computed_once_and_seeded(embedder, tmp_path):
    write_people(tmp_path / "faces")
    people, said = read_people(tmp_path / "faces", most=2), []
    make = lambda seed: cached_frames(
        people, embedder, tmp_path / "cache", degraded=1, seed=seed, progress=said.append
    )
    first = make(1)
    assert len(list((tmp_path / "cache").iterdir())) == 2
    embedder_session, embedder.session = embedder.session, None
    again = make(1)
    embedder.session = embedder_session
    np.testing.assert_array_equal(first[1].features, again[1].features)
    assert first[0].faces.shape == (2, 2, 112, 112, 3)
    assert (make(2)[0].faces[:, 1] != first[0].faces[:, 1]).any()
    assert said[-1] == "2/2 p1: 2 faces"


def test_degradations_depend_on_the_seed_alone():
    face = made_up_faces()[0]
    first, again, other = (with_degraded(face, 20, seed) for seed in ([1, 0], [1, 0], [2, 0]))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[0], face)
    assert (first[1:] != other[1:]).any() and all((one != face).any() for one in first[1:])

