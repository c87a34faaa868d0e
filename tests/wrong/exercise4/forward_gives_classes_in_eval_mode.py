# mistake: in eval mode forward returns classes 0 and 1 instead of probabilities
# words: eval, self.training, training mode, probabilities, classes
"""
Logistic Regression from Scratch
================================

This module implements binary logistic regression with a hand-derived
backward pass. No automatic differentiation is used.

Key ideas:
    * Forward:   yhat = sigmoid(w^T x + b)
    * Loss:      binary cross-entropy, averaged over the batch
    * Backward:  closed-form gradients
    * Optimize:  vanilla gradient descent
"""

from typing import Dict

import torch
import torch.nn as nn


class LR(nn.Module):
    """Binary logistic regression with manual gradients.

    Args:
        dim (int): Number of input features.
        lr (float, optional): Learning rate. Defaults to 0.01.

    Shape:
        - Input: (dim, m)
        - Output: (1, m)
    """

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()

        # Hyperparameters
        self.dim: int = dim
        self.lr: float = lr

        # State: registered as buffers so that they follow .to() and appear in state_dict()
        self.register_buffer("w", torch.zeros(dim, 1, dtype=torch.float32))
        self.register_buffer("b", torch.tensor(0.0, dtype=torch.float32))

        # Gradients
        self.grads: Dict[str, torch.Tensor] = {
            "dw": torch.zeros(dim, 1, dtype=torch.float32),
            "db": torch.tensor(0.0, dtype=torch.float32),
        }

    def sigmoid(self, z: torch.Tensor) -> torch.Tensor:
        """Apply the logistic function element-wise."""
        return torch.sigmoid(z)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute P(y = 1 | x) for every column of x."""
        # Step 1: linear combination
        logits = torch.matmul(self.w.transpose(0, 1), x) + self.b

        # Step 2: activation
        probabilities = self.sigmoid(logits)

        # Step 3: at inference time we want hard decisions
        if not self.training:
            return predict(probabilities)

        return probabilities

    def backward(self, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> None:
        """Compute the gradients of the loss and store them in self.grads."""
        # Number of training examples
        num_examples = x.size(1)

        # Derivative of the loss with respect to the logits
        error = yhat - y

        # Derivatives of the loss with respect to the parameters
        grad_w = torch.matmul(x, error.transpose(0, 1)) / num_examples
        grad_b = torch.sum(error) / num_examples

        # Store the gradients
        self.grads = {"dw": grad_w, "db": grad_b}

    def optimize(self) -> None:
        """Perform a single gradient descent update."""
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Compute the binary cross-entropy loss."""
    # Compute the logarithms in a numerically safe way
    log_yhat = torch.clamp(torch.log(yhat), min=-100.0)
    log_one_minus_yhat = torch.clamp(torch.log(1.0 - yhat), min=-100.0)

    # Combine both terms
    per_example = -(y * log_yhat + (1.0 - y) * log_one_minus_yhat)

    # Average over the batch
    return torch.mean(per_example)


def predict(yhat: torch.Tensor) -> torch.Tensor:
    """Convert probabilities into class labels."""
    return (yhat > 0.5).to(torch.float32)


def accuracy(yhat: torch.Tensor, y: torch.Tensor) -> float:
    """Compute the accuracy in percent."""
    # Get the predicted classes
    predictions = predict(yhat)

    # Count the correct predictions
    num_correct = (predictions == y).sum().item()

    # Convert to percent
    return float(num_correct) / y.size(1) * 100.0
