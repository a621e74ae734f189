"""What a case is measured on: arrays and facts in a folder, the same for ours and the peers."""
import json
import os

import numpy

import nifti


class Scene:
    """A folder of arrays (x first) and plain facts, read by name."""

    def __init__(self, folder):
        self.folder = folder
        self.loaded = {}

    @classmethod
    def made(cls, folder, contents):
        """Stores what a scene's function gave."""
        os.makedirs(folder)
        facts = {}
        for name, value in contents.items():
            if isinstance(value, numpy.ndarray):
                numpy.save(os.path.join(folder, name + ".npy"), value)
            else:
                facts[name] = value
        with open(os.path.join(folder, "facts.json"), "w") as file:
            json.dump(facts, file)
        return cls(folder)

    def __getitem__(self, name):
        if name not in self.loaded:
            path = os.path.join(self.folder, name + ".npy")
            if os.path.exists(path):
                self.loaded[name] = numpy.load(path)
            else:
                with open(os.path.join(self.folder, "facts.json")) as file:
                    self.loaded.update(json.load(file))
        return self.loaded[name]

    def path(self, name):
        """Where a case may put a file."""
        return os.path.join(self.folder, name)

    def nifti(self, name):
        """The path of an array as NIfTI."""
        path = self.path(name + ".nii")
        if not os.path.exists(path):
            nifti.write(path, self[name])
        return path
