"""placeholder"""
def train_preference(*a): raise NotImplementedError
