import threading

import pytest
from qtpy.QtCore import QThread
from qtpy.QtWidgets import QLabel

from gui_leftovers import Watch


def test_a_tidy_test_leaves_nothing(qtbot, monkeypatch):
    watch = Watch(monkeypatch)
    label = QLabel("cells")
    label.show()
    label.close()
    label.deleteLater()
    assert watch.leftovers() == []


def test_a_forgotten_widget_is_found(qtbot, monkeypatch):
    watch = Watch(monkeypatch)
    label = QLabel("cells")
    assert ["QLabel" in line for line in watch.leftovers()] == [True]
    label.deleteLater()


@pytest.mark.parametrize("kind", ["python", "qt"])
def test_a_running_thread_is_found(qtbot, monkeypatch, kind):
    monkeypatch.setattr("gui_leftovers.GRACE_S", 0)
    watch, done = Watch(monkeypatch), threading.Event()
    if kind == "python":
        thread = threading.Thread(target=done.wait, name="forgotten")
        thread.start()
    else:
        thread = QThread()
        thread.start()
    left = watch.leftovers()
    done.set()
    if kind == "python":
        thread.join()
    else:
        thread.quit()
        thread.wait()
    assert len(left) == 1
    assert "Thread" in left[0]
    assert watch.leftovers() == []
